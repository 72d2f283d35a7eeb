-- What reviewers said of a submission, first to last. Parameters: submission_id.
SELECT e."at", e.actor, e.action, r.indicator_id, r.text
FROM remark AS r
JOIN event AS e ON e.seq = r.seq
WHERE r.submission_id = $submission_id
ORDER BY r.seq, r.indicator_id
