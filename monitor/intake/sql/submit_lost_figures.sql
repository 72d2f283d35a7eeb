-- The figures of new revisions that would be replaced by missing. Parameters: code.
SELECT n.sheet, n.line, n.zh, n.en, n.text, n.indicator_id
FROM noticed AS n WHERE n.code = $code ORDER BY n.line
