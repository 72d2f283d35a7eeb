-- The vintages that a figure may have. Parameters: parallel lists vintages, places.
CREATE TEMP TABLE check_vintage AS
SELECT unnest(CAST($vintages AS VARCHAR[])) AS vintage, unnest(CAST($places AS BIGINT[])) AS place
