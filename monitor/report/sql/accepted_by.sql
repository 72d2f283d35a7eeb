-- Who accepted submissions, and when, up to T. Parameters: submission_ids (list), as_of (UTC, null = no limit).
SELECT e.submission_id, e.actor, e."at"
FROM event AS e
WHERE e.submission_id = ANY($submission_ids) AND e.action = 'accepted'
  AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
ORDER BY e.submission_id
