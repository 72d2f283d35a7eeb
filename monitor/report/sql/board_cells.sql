-- How many cells of one form each unit had filled by T for each period: indicators of the form that its latest revision
-- naming them gives as a figure, as not applicable or as withheld; what was withdrawn does not count.
-- Parameters: as_of (UTC, null = no limit), form, vintage, indicator_ids (list), region_codes and periods (null = all).
WITH asked AS (
    SELECT s.*
    FROM submission AS s
    WHERE s.form = $form AND s.vintage = $vintage
      AND ($region_codes IS NULL OR s.region_code = ANY($region_codes))
      AND ($periods IS NULL OR s.period = ANY($periods))
)
SELECT region_code, period, COUNT(*) AS cells
FROM (
    SELECT s.region_code, s.period, o.state,
           ROW_NUMBER() OVER (
               PARTITION BY s.region_code, s.period, o.indicator_id ORDER BY s.revision DESC
           ) AS place
    FROM asked AS s
    JOIN (
        SELECT e.submission_id, e.action,
               ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS last_place
        FROM event AS e
        WHERE e.submission_id IN (SELECT submission_id FROM asked)
          AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
    ) AS l ON l.submission_id = s.submission_id AND l.last_place = 1 AND l.action <> 'withdrawn'
    JOIN observation AS o ON o.submission_id = s.submission_id
    WHERE o.indicator_id = ANY($indicator_ids)
      AND (o.carried_from IS NULL OR l.action IN ('accepted', 'superseded'))
) AS named
WHERE place = 1 AND state <> 'missing'
GROUP BY region_code, period
