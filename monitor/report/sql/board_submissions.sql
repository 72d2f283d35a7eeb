-- Every submission of some forms as it stood at T: its last event, and its acceptance where it had been accepted.
-- Parameters: as_of (UTC, null = no limit), forms (list), region_codes and periods (lists, null = all).
WITH asked AS (
    SELECT s.*
    FROM submission AS s
    WHERE s.form = ANY($forms)
      AND ($region_codes IS NULL OR s.region_code = ANY($region_codes))
      AND ($periods IS NULL OR s.period = ANY($periods))
)
SELECT s.form, s.region_code, s.period, s.vintage, s.revision, s.submission_id, s.submitted_at, s.submitted_by,
       l.action AS state, l."at" AS state_at, a."at" AS accepted_at, a.actor AS accepted_by
FROM asked AS s
JOIN (
    SELECT e.submission_id, e.action, e."at",
           ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
    FROM event AS e
    WHERE e.submission_id IN (SELECT submission_id FROM asked)
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
) AS l ON l.submission_id = s.submission_id AND l.place = 1
LEFT JOIN event AS a
       ON a.submission_id = s.submission_id AND a.action = 'accepted'
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR a."at" <= CAST($as_of AS TIMESTAMP))
ORDER BY s.form, s.region_code, s.period, s.vintage, s.revision
