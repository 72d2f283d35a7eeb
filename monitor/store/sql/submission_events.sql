-- What happened to one submission up to T, first to last. Parameters: submission_id, as_of (UTC, null = no limit).
SELECT e.seq, e."at", e.actor, e.action, e.detail
FROM event AS e
WHERE e.submission_id = $submission_id
  AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
ORDER BY e.seq
