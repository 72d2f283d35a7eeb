-- What was noticed at one indicator's cell of a submission, each query with the latest explanation given for it by T.
-- Parameters: submission_id, indicator_id, as_of (UTC, null = no limit).
SELECT i.code, i.severity, i.zh, i.en, i.text, coalesce(i.rule, i.code) AS rule, x.text AS explanation, x.actor, x."at"
FROM issue AS i
LEFT JOIN (
    SELECT n.line, n.rule, n.text, e.actor, e."at", ROW_NUMBER() OVER (PARTITION BY n.line, n.rule ORDER BY n.seq DESC) AS place
    FROM explanation AS n
    JOIN event AS e ON e.seq = n.seq
    WHERE n.submission_id = $submission_id
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
) AS x ON x.place = 1 AND i.severity = 'query'
      AND x.line IS NOT DISTINCT FROM i.line AND x.rule = coalesce(i.rule, i.code)
WHERE i.submission_id = $submission_id
  AND (i.indicator_id = $indicator_id
       OR (i.indicator_id IS NULL
           AND EXISTS (SELECT 1 FROM observation AS o
                       WHERE o.submission_id = i.submission_id AND o.indicator_id = $indicator_id AND o.line = i.line)))
ORDER BY i.line, i.code
