-- The receipts of files of which something was accepted.
SELECT r.*
FROM main.receipt AS r
WHERE r.receipt_id IN (
    SELECT s.receipt_id
    FROM main.submission AS s
    JOIN main.event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
)
ORDER BY r.receipt_id
