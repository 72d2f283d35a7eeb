-- The periods whose figures may be compared: months from the start of year 1 to the end, length in months.
-- Parameters: parallel lists periods, ends, lengths.
CREATE TEMP TABLE check_period AS
SELECT unnest(CAST($periods AS VARCHAR[])) AS period, unnest(CAST($ends AS BIGINT[])) AS "end",
       unnest(CAST($lengths AS BIGINT[])) AS months
