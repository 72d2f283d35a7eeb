-- What had been sent and was not yet accepted at T, by unit: how many submissions, their queries, those without an
-- explanation. Counts alone: nobody has checked the figures. Parameters: as_of (UTC, null = no limit), forms and region_codes
-- (lists).
SELECT s.region_code, COUNT(*) AS submissions, SUM(coalesce(q.queries, 0)) AS queries,
       SUM(CASE WHEN s.explanation IS NULL AND x.submission_id IS NULL THEN coalesce(q.unexplained, 0) ELSE 0 END) AS unexplained
FROM submission AS s
JOIN (
    SELECT e.submission_id, e.action,
           ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
    FROM event AS e
    WHERE e.submission_id IN (
              SELECT s.submission_id FROM submission AS s WHERE s.form = ANY($forms) AND s.region_code = ANY($region_codes)
          )
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
) AS l ON l.submission_id = s.submission_id AND l.place = 1 AND l.action = 'submitted'
LEFT JOIN (
    SELECT i.submission_id, COUNT(*) AS queries, COUNT(*) - COUNT(a.submission_id) AS unexplained
    FROM issue AS i
    LEFT JOIN (
        SELECT DISTINCT o.submission_id, o.line, o.rule
        FROM explanation AS o
        JOIN event AS e ON e.seq = o.seq
        WHERE CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP)
    ) AS a ON a.submission_id = i.submission_id AND a.line IS NOT DISTINCT FROM i.line
          AND a.rule = coalesce(i.rule, i.code)
    WHERE i.severity = 'query'
    GROUP BY i.submission_id
) AS q ON q.submission_id = s.submission_id
LEFT JOIN (
    SELECT DISTINCT e.submission_id
    FROM event AS e
    WHERE e.action = 'submitted' AND json_extract_string(e.detail, '$.explanation') IS NOT NULL
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
) AS x ON x.submission_id = s.submission_id
WHERE s.form = ANY($forms) AND s.region_code = ANY($region_codes)
GROUP BY s.region_code
