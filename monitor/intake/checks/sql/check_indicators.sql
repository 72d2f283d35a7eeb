-- The indicators whose figures are compared. `size`: of the unit, in its base unit; `factor`: of the quotient of parts.
-- Parameters: parallel lists places, indicator_ids, units, part_units, factors, counts_decimals.
CREATE TEMP TABLE check_indicator AS
SELECT unnest(CAST($places AS BIGINT[])) AS place, unnest(CAST($indicator_ids AS VARCHAR[])) AS indicator_id,
       unnest(CAST($units AS VARCHAR[])) AS unit, unnest(CAST($part_units AS VARCHAR[])) AS part_unit,
       unnest(CAST($factors AS DOUBLE[])) AS factor, unnest(CAST($counts_decimals AS BOOLEAN[])) AS counts_decimals
