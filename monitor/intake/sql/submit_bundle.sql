-- The parts of the file, one for each (region, form, period, vintage), numbered. Parameters: path (of the staging Parquet).
CREATE TEMP TABLE bundle AS
SELECT ROW_NUMBER() OVER (ORDER BY region_code, form, period, vintage) AS number, region_code, form, period, vintage
FROM (
    SELECT DISTINCT s.region_code, coalesce(a.form, f.form) AS form, s.period, s.vintage
    FROM read_parquet($path) AS s
    JOIN form_of AS f ON f.indicator_id = s.indicator_id AND f.region_code = s.region_code AND f.period IS NULL
    LEFT JOIN form_of AS a ON a.indicator_id = s.indicator_id AND a.region_code = s.region_code AND a.period = s.period
) AS part
