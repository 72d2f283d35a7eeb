-- The form that each (indicator, region, period) of the file belongs to: the first form that asks this indicator of this
-- unit for this period. Where none does, the one of a row without a period: the id of the first loaded plan that has the
-- indicator and in whose region's tree the region lies; where it lies in no such tree, of the first that has the indicator.
-- Forms are worked out from what they ask of the units and periods of the file: its rows are too many to be asked each.
-- Parameters: path (of the staging Parquet); parallel lists indicator_places, indicator_forms, indicator_ids (place of the
-- plan, its id, each of its indicators); region_places, region_codes (each region of its tree); asked_places, asked_forms,
-- asked_indicators (place of the form, its id, each of its indicators); period_places, period_codes, period_eras (each of
-- its periods, and its era); unit_places, unit_eras, unit_codes (each unit that is asked in that era).
CREATE TEMP TABLE form_of AS
SELECT k.indicator_id, k.region_code, k.period, n.form
FROM (
    SELECT a.indicator_id, s.region_code, s.period, MIN(a.place) AS place
    FROM (SELECT DISTINCT region_code, period FROM read_parquet($path)) AS s
    JOIN (
        SELECT unnest(CAST($period_places AS INTEGER[])) AS place, unnest(CAST($period_codes AS VARCHAR[])) AS period,
               unnest(CAST($period_eras AS INTEGER[])) AS era
    ) AS w ON w.period = s.period
    JOIN (
        SELECT unnest(CAST($unit_places AS INTEGER[])) AS place, unnest(CAST($unit_eras AS INTEGER[])) AS era,
               unnest(CAST($unit_codes AS VARCHAR[])) AS region_code
    ) AS u ON u.place = w.place AND u.era = w.era AND u.region_code = s.region_code
    JOIN (
        SELECT unnest(CAST($asked_places AS INTEGER[])) AS place,
               unnest(CAST($asked_indicators AS VARCHAR[])) AS indicator_id
    ) AS a ON a.place = u.place
    GROUP BY a.indicator_id, s.region_code, s.period
) AS k
JOIN (
    SELECT DISTINCT place, form
    FROM (
        SELECT unnest(CAST($asked_places AS INTEGER[])) AS place, unnest(CAST($asked_forms AS VARCHAR[])) AS form
    ) AS named
) AS n ON n.place = k.place
UNION ALL
SELECT indicator_id, region_code, NULL, form
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
