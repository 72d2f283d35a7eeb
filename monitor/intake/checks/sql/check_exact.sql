-- The exact figures of some rows of the file and in force, as `to_sent` reads them, each with its line before it.
-- Parameters: lines.
SELECT s.line, s.indicator_id, s.region_code, s.period, s.vintage, s.state, s.numerator, s.denominator, s.part_unit, s.value,
       s.unit, s.comparator, s.synthetic, s.published_on, CAST(0 AS BIGINT) AS submission_id
FROM (SELECT unnest(CAST($lines AS BIGINT[])) AS line) AS asked
JOIN incoming AS s ON s.line = asked.line
UNION ALL
SELECT k.line, k.indicator_id, k.region_code, k.period, k.vintage, k.state, k.numerator, k.denominator, k.part_unit, k.value,
       k.unit, k.comparator, k.synthetic, k.published_on, k.submission_id
FROM (SELECT unnest(CAST($lines AS BIGINT[])) AS line) AS asked
JOIN check_force AS k ON k.line = asked.line
