-- Submissions that have waited for a decision for more than 30 days. Parameters: now (UTC).
SELECT concat('submission:', CAST(s.submission_id AS VARCHAR)) AS what
FROM submission AS s
JOIN (
    SELECT submission_id, action, ROW_NUMBER() OVER (PARTITION BY submission_id ORDER BY seq DESC) AS place
    FROM event
    WHERE submission_id IS NOT NULL
) AS l ON l.submission_id = s.submission_id AND l.place = 1 AND l.action = 'submitted'
WHERE s.submitted_at < CAST($now AS TIMESTAMP) - INTERVAL 30 DAY
  AND NOT EXISTS (
      SELECT 1
      FROM submission AS n
      JOIN event AS e ON e.submission_id = n.submission_id AND e.action = 'accepted'
      WHERE n.region_code = s.region_code AND n.form = s.form AND n.period = s.period AND n.vintage = s.vintage
        AND n.revision > s.revision
  )
ORDER BY s.submission_id
