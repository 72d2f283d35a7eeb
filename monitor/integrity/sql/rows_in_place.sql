-- Submissions with rows of another region, period or vintage, or that name a cell twice; and rows of no submission.
-- No parameters.
SELECT concat('submission:', CAST(o.submission_id AS VARCHAR)) AS what
FROM (
    SELECT submission_id, COUNT(*) AS found, COUNT(DISTINCT indicator_id) AS cells,
           MIN(region_code) AS first_region, MAX(region_code) AS last_region, MIN(period) AS first_period,
           MAX(period) AS last_period, MIN(vintage) AS first_vintage, MAX(vintage) AS last_vintage
    FROM observation
    GROUP BY submission_id
) AS o
LEFT JOIN submission AS s ON s.submission_id = o.submission_id
WHERE s.submission_id IS NULL OR o.cells <> o.found
   OR o.first_region <> s.region_code OR o.last_region <> s.region_code
   OR o.first_period <> s.period OR o.last_period <> s.period
   OR o.first_vintage <> s.vintage OR o.last_vintage <> s.vintage
ORDER BY o.submission_id
