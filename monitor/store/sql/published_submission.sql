-- All submissions; of one that was never accepted no more than who has sent what, and when.
SELECT s.submission_id, s.receipt_id, s.region_code, s.form, s.period, s.vintage, s.revision,
       CASE WHEN e.submission_id IS NULL THEN '' ELSE s.content_sha256 END AS content_sha256, s.row_count,
       s.submitted_at, s.submitted_by, s.estimated,
       CASE WHEN e.submission_id IS NULL THEN NULL ELSE s.explanation END AS explanation
FROM main.submission AS s
LEFT JOIN (SELECT DISTINCT a.submission_id FROM main.event AS a WHERE a.action = 'accepted') AS e
       ON e.submission_id = s.submission_id
ORDER BY s.submission_id
