-- The rows of the file, each with the number of its part. Parameters: path (of the staging Parquet).
CREATE TEMP TABLE incoming AS
SELECT b.number, s.line, s.sheet, s.indicator_id, s.region_code, s.period, s.vintage, s.state, s.numerator, s.denominator,
       s.part_unit, s.value, s.unit, s.comparator, s.synthetic, s.note, s.source, s.published_on, s.grade
FROM read_parquet($path) AS s
JOIN form_of AS f ON f.indicator_id = s.indicator_id AND f.region_code = s.region_code AND f.period IS NULL
LEFT JOIN form_of AS a ON a.indicator_id = s.indicator_id AND a.region_code = s.region_code AND a.period = s.period
JOIN bundle AS b ON b.region_code = s.region_code AND b.form = coalesce(a.form, f.form)
                AND b.period = s.period AND b.vintage = s.vintage
