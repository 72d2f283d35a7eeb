-- The queries that stand at some accepted submissions, each with its explanation at T: that of its own line and rule,
-- else that of the whole submission (null = none); those without first, then the newest period first.
-- Parameters: as_of (UTC, null = no limit), submission_ids (list), most (how many rows at most).
SELECT v.submission_id, v.region_code, v.form, v.period, v.vintage, v.revision, i.line, i.indicator_id,
       coalesce(i.rule, i.code) AS rule, i.code, i.zh, i.en, coalesce(a.text, x.explanation, v.explanation) AS explanation
FROM submission AS v
JOIN (SELECT unnest($submission_ids) AS submission_id) AS decided ON decided.submission_id = v.submission_id
JOIN issue AS i ON i.submission_id = v.submission_id AND i.severity = 'query'
LEFT JOIN (
    SELECT o.submission_id, o.line, o.rule, o.text,
           ROW_NUMBER() OVER (PARTITION BY o.submission_id, o.line, o.rule ORDER BY o.seq DESC) AS place
    FROM explanation AS o
    JOIN event AS e ON e.seq = o.seq
    WHERE CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP)
) AS a ON a.submission_id = i.submission_id AND a.place = 1
      AND a.line IS NOT DISTINCT FROM i.line AND a.rule = coalesce(i.rule, i.code)
LEFT JOIN (
    SELECT e.submission_id, json_extract_string(e.detail, '$.explanation') AS explanation,
           ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
    FROM event AS e
    WHERE e.action IN ('submitted', 'accepted') AND json_extract_string(e.detail, '$.explanation') IS NOT NULL
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
) AS x ON x.submission_id = v.submission_id AND x.place = 1
ORDER BY CASE WHEN coalesce(a.text, x.explanation, v.explanation) IS NULL THEN 0 ELSE 1 END,
         v.period DESC, v.region_code, v.submission_id, i.line, i.code
LIMIT $most
