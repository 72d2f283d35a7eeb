-- How many of one unit another is, for every pair that measures the same. Parameters: parallel lists sources, targets, times.
CREATE TEMP TABLE check_unit AS
SELECT unnest(CAST($sources AS VARCHAR[])) AS source, unnest(CAST($targets AS VARCHAR[])) AS target,
       unnest(CAST($times AS DOUBLE[])) AS times
