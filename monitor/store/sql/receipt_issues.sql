-- What was noticed about one file, by place in it. Parameters: receipt_id.
SELECT i.submission_id, i.sheet, i.line, i."column", i.code, i.severity, i.zh, i.en, i.text
FROM issue AS i
WHERE i.receipt_id = $receipt_id
ORDER BY i.line, i.code
