-- What reviewers said of one indicator in submissions, or of a submission as a whole, up to T, first to last.
-- Parameters: submission_ids (list), indicator_id, as_of (UTC, null = no limit).
SELECT r.submission_id, e."at", e.actor, r.indicator_id, r.text
FROM remark AS r
JOIN event AS e ON e.seq = r.seq
WHERE r.submission_id = ANY($submission_ids) AND (r.indicator_id IS NULL OR r.indicator_id = $indicator_id)
  AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
ORDER BY r.seq
