-- What happened to submissions up to T, first to last. Parameters: submission_ids (list), as_of (UTC, null = no limit).
SELECT e.submission_id, e.seq, e."at", e.actor, e.action, e.detail
FROM event AS e
WHERE e.submission_id = ANY($submission_ids)
  AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
ORDER BY e.seq
