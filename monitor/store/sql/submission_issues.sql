-- What was noticed about one submission, by place in its file. Parameters: submission_id.
SELECT i.sheet, i.line, i."column", i.code, i.severity, i.zh, i.en, i.text
FROM issue AS i
WHERE i.submission_id = $submission_id
ORDER BY i.line, i.code
