-- Every figure that may be compared, as numbers: of the file (line > 0) and in force (line < 0). Figures in the indicator's
-- units, rounded to floats; NaN where there is none.
SELECT f.line, f.number, i.place AS indicator, r.place AS region, p."end", p.months,
       CAST(f.synthetic AS BIGINT) AS synthetic, t.place AS vintage, f.recency, f.comparator IN ('eq', 'approx') AS point,
       CASE WHEN f.denominator IS NULL THEN CAST(f.value AS DOUBLE) * u.times
            ELSE i.factor * CAST(f.numerator AS DOUBLE) / CAST(f.denominator AS DOUBLE) END AS value,
       coalesce(CAST(f.numerator AS DOUBLE) * coalesce(w.times, 1), CAST('nan' AS DOUBLE)) AS numerator,
       coalesce(CAST(f.denominator AS DOUBLE) * coalesce(w.times, 1), CAST('nan' AS DOUBLE)) AS denominator,
       CAST(CASE WHEN NOT i.counts_decimals THEN 0
                 WHEN f.denominator IS NOT NULL THEN 2
                 ELSE length(rtrim(split_part(CAST(f.value AS VARCHAR), '.', 2), '0')) END AS BIGINT) AS decimals
FROM (
    SELECT CAST(s.line AS BIGINT) AS line, CAST(s.number AS BIGINT) AS number, s.indicator_id, s.region_code,
           s.period, s.vintage, s.numerator, s.denominator, s.part_unit, s.value, s.unit, s.comparator, s.synthetic,
           CAST(0 AS BIGINT) AS recency
    FROM incoming AS s
    WHERE s.state = 'value' AND s.vintage <> 'plan'
    UNION ALL
    SELECT k.line, 0, k.indicator_id, k.region_code, k.period, k.vintage, k.numerator, k.denominator, k.part_unit,
           k.value, k.unit, k.comparator, k.synthetic,
           -- latest publication, then latest acceptance
           ROW_NUMBER() OVER (ORDER BY k.published_on NULLS FIRST, k.accepted_seq)
    FROM check_force AS k
) AS f
JOIN check_indicator AS i ON i.indicator_id = f.indicator_id
JOIN check_region AS r ON r.region_code = f.region_code
JOIN check_period AS p ON p.period = f.period
JOIN check_vintage AS t ON t.vintage = f.vintage
JOIN check_unit AS u ON u.source = f.unit AND u.target = i.unit
LEFT JOIN check_unit AS w ON w.source = f.part_unit AND w.target = i.part_unit
