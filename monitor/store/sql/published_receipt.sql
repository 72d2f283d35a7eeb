-- The receipts of files of which something was sent on; of one of which nothing was accepted no more than that it came.
SELECT r.receipt_id, CASE WHEN k.accepted THEN r.file_sha256 ELSE '' END AS file_sha256,
       CASE WHEN k.accepted THEN r.file_name ELSE '' END AS file_name, r.size_bytes, r.received_at, r.received_by,
       r.verdict, r.encoding, CASE WHEN k.accepted THEN r.sheet END AS sheet, r.row_count, r.problem_count
FROM main.receipt AS r
JOIN (
    SELECT s.receipt_id, bool_or(e.submission_id IS NOT NULL) AS accepted
    FROM main.submission AS s
    LEFT JOIN main.event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
    GROUP BY s.receipt_id
) AS k ON k.receipt_id = r.receipt_id
ORDER BY r.receipt_id
