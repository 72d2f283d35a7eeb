-- Submissions of no receipt, receipts that no event received, and receipts whose verdict does not fit what became of them.
-- No parameters.
SELECT concat('submission:', CAST(s.submission_id AS VARCHAR)) AS what
FROM submission AS s
LEFT JOIN receipt AS r ON r.receipt_id = s.receipt_id
WHERE r.receipt_id IS NULL
UNION ALL
SELECT concat('receipt:', CAST(r.receipt_id AS VARCHAR))
FROM receipt AS r
LEFT JOIN (SELECT receipt_id, COUNT(*) AS submissions FROM submission GROUP BY receipt_id) AS s
       ON s.receipt_id = r.receipt_id
WHERE (r.verdict IN ('accept', 'warn', 'review') AND s.submissions IS NULL)
   OR (r.verdict IN ('rows', 'reject', 'duplicate') AND s.submissions IS NOT NULL)
   OR r.verdict NOT IN ('accept', 'warn', 'review', 'rows', 'reject', 'duplicate', 'draft')
UNION ALL
SELECT concat('receipt:', CAST(r.receipt_id AS VARCHAR))
FROM receipt AS r
LEFT JOIN (SELECT DISTINCT receipt_id FROM event WHERE action = 'received') AS e ON e.receipt_id = r.receipt_id
WHERE e.receipt_id IS NULL
ORDER BY what
