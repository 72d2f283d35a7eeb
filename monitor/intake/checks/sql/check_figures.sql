-- The figures in force (check_force.sql) as numbers: in the indicator's units, rounded to floats, NaN where there is none.
-- Beside them the same as sent, as texts ('' where there is none), which are exact.
SELECT f.line, f.number, i.place AS indicator, r.place AS region, p."end", p.months,
       CAST(f.synthetic AS BIGINT) AS synthetic, t.place AS vintage, f.recency, f.comparator IN ('eq', 'approx') AS point,
       coalesce(CASE WHEN f.denominator IS NULL THEN CAST(f.value AS DOUBLE) * u.times
                     ELSE i.factor * CAST(f.numerator AS DOUBLE) / CAST(f.denominator AS DOUBLE) END,
                CAST('nan' AS DOUBLE)) AS value,
       coalesce(CAST(f.numerator AS DOUBLE) * coalesce(w.times, 1), CAST('nan' AS DOUBLE)) AS numerator,
       coalesce(CAST(f.denominator AS DOUBLE) * coalesce(w.times, 1), CAST('nan' AS DOUBLE)) AS denominator,
       CAST(CASE WHEN NOT i.counts_decimals THEN 0
                 WHEN f.denominator IS NOT NULL THEN 2
                 ELSE length(rtrim(split_part(CAST(f.value AS VARCHAR), '.', 2), '0')) END AS BIGINT) AS decimals,
       f.comparator, f.unit, coalesce(f.part_unit, '') AS part_unit,
       coalesce(CAST(f.value AS VARCHAR), '') AS sent_value,
       coalesce(CAST(f.numerator AS VARCHAR), '') AS sent_numerator,
       coalesce(CAST(f.denominator AS VARCHAR), '') AS sent_denominator
FROM check_force AS f
JOIN check_indicator AS i ON i.indicator_id = f.indicator_id
JOIN check_region AS r ON r.region_code = f.region_code
JOIN check_period AS p ON p.period = f.period
JOIN check_vintage AS t ON t.vintage = f.vintage
JOIN check_unit AS u ON u.source = f.unit AND u.target = i.unit
LEFT JOIN check_unit AS w ON w.source = f.part_unit AND w.target = i.part_unit
