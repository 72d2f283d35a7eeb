-- The form that each (indicator, region) of the file belongs to: the id of the first loaded plan that has the indicator and
-- in whose region's tree the region lies; where it lies in no such tree, of the first that has the indicator.
-- Parameters: path (of the staging Parquet); parallel lists indicator_places, indicator_forms, indicator_ids (place of the
-- plan, its id, each of its indicators); parallel lists region_places, region_codes (each region of its tree).
CREATE TEMP TABLE form_of AS
SELECT indicator_id, region_code, form
FROM (
    SELECT s.indicator_id, s.region_code, p.form,
           ROW_NUMBER() OVER (
               PARTITION BY s.indicator_id, s.region_code
               ORDER BY CASE WHEN t.place IS NULL THEN 1 ELSE 0 END, p.place
           ) AS choice
    FROM (SELECT DISTINCT indicator_id, region_code FROM read_parquet($path)) AS s
    LEFT JOIN (
        SELECT unnest($indicator_places) AS place, unnest($indicator_forms) AS form,
               unnest($indicator_ids) AS indicator_id
    ) AS p ON p.indicator_id = s.indicator_id
    LEFT JOIN (
        SELECT unnest($region_places) AS place, unnest($region_codes) AS region_code
    ) AS t ON t.place = p.place AND t.region_code = s.region_code
) AS candidate
WHERE choice = 1
