-- One submission, where it had been accepted by T: what everybody may see. Parameters: submission_id, as_of (UTC, null = no
-- limit).
SELECT s.submission_id, s.region_code, s.form, s.period, s.vintage, s.revision, e."at" AS accepted_at
FROM submission AS s
JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
WHERE s.submission_id = $submission_id
  AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
