-- The regions whose figures may be compared: those of the file and their siblings. Parameters: parallel lists region_codes,
-- places.
CREATE TEMP TABLE check_region AS
SELECT unnest(CAST($region_codes AS VARCHAR[])) AS region_code, unnest(CAST($places AS BIGINT[])) AS place
