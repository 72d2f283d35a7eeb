-- What reviewers said of one submission, first to last. Parameters: submission_id.
SELECT r.seq, r.indicator_id, r.text
FROM remark AS r
WHERE r.submission_id = $submission_id
ORDER BY r.seq, r.indicator_id
