-- How many queries stand at some accepted submissions, by unit and kind, and how many of them had no explanation at T.
-- Parameters: as_of (UTC, null = no limit), submission_ids (list).
SELECT v.region_code, i.code, COUNT(*) AS queries,
       SUM(CASE WHEN a.submission_id IS NULL AND x.submission_id IS NULL AND v.explanation IS NULL THEN 1 ELSE 0 END) AS unexplained
FROM submission AS v
JOIN (SELECT unnest($submission_ids) AS submission_id) AS decided ON decided.submission_id = v.submission_id
JOIN issue AS i ON i.submission_id = v.submission_id AND i.severity = 'query'
LEFT JOIN (
    SELECT DISTINCT o.submission_id, o.line, o.rule
    FROM explanation AS o
    JOIN event AS e ON e.seq = o.seq
    WHERE CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP)
) AS a ON a.submission_id = i.submission_id AND a.line IS NOT DISTINCT FROM i.line AND a.rule = coalesce(i.rule, i.code)
LEFT JOIN (
    SELECT DISTINCT e.submission_id
    FROM event AS e
    WHERE e.action IN ('submitted', 'accepted') AND json_extract_string(e.detail, '$.explanation') IS NOT NULL
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
) AS x ON x.submission_id = v.submission_id
GROUP BY v.region_code, i.code
