-- How many rows cell_history.sql gives of each unit, those of submissions that were accepted once apart from the others:
-- to find a page of a long list without reading what is before it.
-- Parameters: as_of (UTC, null = no limit), indicator_ids, region_codes and periods (lists; the last two null = all).
WITH asked AS (
    SELECT s.*
    FROM submission AS s
    WHERE ($region_codes IS NULL OR s.region_code = ANY($region_codes))
      AND ($periods IS NULL OR s.period = ANY($periods))
)
SELECT o.indicator_id, o.region_code,
       SUM(CASE WHEN l.action IN ('accepted', 'superseded') THEN 1 ELSE 0 END) AS accepted,
       SUM(CASE WHEN l.action IN ('accepted', 'superseded') THEN 0 ELSE 1 END) AS waiting
FROM observation AS o
JOIN asked AS s ON s.submission_id = o.submission_id
JOIN receipt AS r ON r.receipt_id = s.receipt_id
JOIN (
    SELECT e.submission_id, MAX(e.seq) AS seq
    FROM event AS e
    WHERE e.submission_id IN (SELECT submission_id FROM asked)
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
    GROUP BY e.submission_id
) AS newest ON newest.submission_id = s.submission_id
JOIN event AS l ON l.seq = newest.seq
LEFT JOIN event AS a
       ON a.submission_id = s.submission_id AND a.action = 'accepted'
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR a."at" <= CAST($as_of AS TIMESTAMP))
WHERE o.indicator_id = ANY($indicator_ids)
  AND (o.carried_from IS NULL OR a.seq IS NOT NULL)
GROUP BY o.indicator_id, o.region_code
ORDER BY o.indicator_id, o.region_code
