-- The groups of submissions whose revisions are not 1, 2, … each once, and the submissions of no receipt.
SELECT concat_ws(' ', region_code, form, period, vintage) AS what, 'revisions' AS fault
FROM submission
GROUP BY region_code, form, period, vintage
HAVING MIN(revision) <> 1 OR MAX(revision) <> COUNT(*) OR COUNT(DISTINCT revision) <> COUNT(*)
UNION ALL
SELECT concat('submission:', CAST(submission_id AS VARCHAR)), 'twice'
FROM submission
GROUP BY submission_id
HAVING COUNT(*) > 1
UNION ALL
SELECT concat('receipt:', CAST(receipt_id AS VARCHAR)), 'twice'
FROM receipt
GROUP BY receipt_id
HAVING COUNT(*) > 1
UNION ALL
SELECT concat('submission:', CAST(s.submission_id AS VARCHAR)), 'no_receipt'
FROM submission AS s
LEFT JOIN receipt AS r ON r.receipt_id = s.receipt_id
WHERE r.receipt_id IS NULL
UNION ALL
SELECT concat('submission:', CAST(s.submission_id AS VARCHAR)), 'no_event'
FROM submission AS s
LEFT JOIN event AS e ON e.submission_id = s.submission_id
WHERE e.submission_id IS NULL
ORDER BY fault, what
