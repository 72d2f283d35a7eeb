-- What was noticed about one submission, by place in its file, each query with the explanation of its own (the latest; null
-- = none). Parameters: submission_id.
SELECT i.sheet, i.line, i."column", i.code, i.severity, i.zh, i.en, i.text, i.indicator_id, coalesce(i.rule, i.code) AS rule,
       x.text AS explanation
FROM issue AS i
LEFT JOIN (
    SELECT line, rule, text, ROW_NUMBER() OVER (PARTITION BY line, rule ORDER BY seq DESC) AS place
    FROM explanation
    WHERE submission_id = $submission_id
) AS x ON x.place = 1 AND i.severity = 'query'
      AND x.line IS NOT DISTINCT FROM i.line AND x.rule = coalesce(i.rule, i.code)
WHERE i.submission_id = $submission_id
ORDER BY i.line, i.code
