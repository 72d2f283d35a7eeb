-- The rows of one staging file, each with the form it belongs to.
-- The form is the id of the first loaded plan that has the indicator and in whose region's tree the unit lies; where the
-- unit lies in no such tree, of the first that has the indicator; null where no plan has it.
-- Parameters: path (of the staging Parquet); parallel lists indicator_places, indicator_forms, indicator_ids (place of the
-- plan, its id, each of its indicators); parallel lists region_places, region_codes (each region of its tree).
CREATE TEMP TABLE incoming AS
WITH sent AS (
    SELECT * FROM read_parquet($path)
),
form_of AS (
    SELECT indicator_id, region_code, form
    FROM (
        SELECT s.indicator_id, s.region_code, p.form,
               ROW_NUMBER() OVER (
                   PARTITION BY s.indicator_id, s.region_code
                   ORDER BY CASE WHEN t.place IS NULL THEN 1 ELSE 0 END, p.place
               ) AS choice
        FROM (SELECT DISTINCT indicator_id, region_code FROM sent) AS s
        JOIN (
            SELECT unnest($indicator_places) AS place, unnest($indicator_forms) AS form,
                   unnest($indicator_ids) AS indicator_id
        ) AS p ON p.indicator_id = s.indicator_id
        LEFT JOIN (
            SELECT unnest($region_places) AS place, unnest($region_codes) AS region_code
        ) AS t ON t.place = p.place AND t.region_code = s.region_code
    ) AS candidate
    WHERE choice = 1
)
SELECT s.line, s.sheet, s.indicator_id, s.region_code, f.form, s.period, s.vintage, s.state, s.numerator, s.denominator,
       s.part_unit, s.value, s.unit, s.comparator, s.synthetic, s.note, s.source, s.published_on, s.grade
FROM sent AS s
LEFT JOIN form_of AS f ON f.indicator_id = s.indicator_id AND f.region_code = s.region_code
