-- The file's figures that may be compared, for check_figures.sql to read.
CREATE OR REPLACE TEMP VIEW check_row AS
SELECT CAST(s.line AS BIGINT) AS line, CAST(s.number AS BIGINT) AS number, s.indicator_id, s.region_code, s.period, s.vintage,
       s.numerator, s.denominator, s.part_unit, s.value, s.unit, s.comparator, s.synthetic, CAST(0 AS BIGINT) AS recency
FROM incoming AS s
WHERE s.state = 'value' AND s.vintage <> 'plan'
