-- Where one submission stands: its state, its sender, its revision, the latest accepted revision of the same four and its
-- submission (null = none), how many queries without an explanation of their own it has and whether all were
-- explained at once; its vintage. Parameters: submission_id.
SELECT l.action AS state, s.submitted_by, s.revision, a.revision AS accepted_revision, a.submission_id AS accepted_id,
       (
           SELECT COUNT(*)
           FROM issue AS i
           LEFT JOIN (SELECT DISTINCT submission_id, line, rule FROM explanation) AS x
                  ON x.submission_id = i.submission_id AND x.line IS NOT DISTINCT FROM i.line
                 AND x.rule = coalesce(i.rule, i.code)
           WHERE i.submission_id = s.submission_id AND i.severity = 'query' AND x.submission_id IS NULL
       ) AS queries,
       s.explanation IS NOT NULL OR EXISTS (
           SELECT 1
           FROM event AS x
           WHERE x.submission_id = s.submission_id AND json_extract_string(x.detail, '$.explanation') IS NOT NULL
       ) AS is_explained,
       s.vintage
FROM submission AS s
JOIN (
    SELECT e.submission_id, e.action, ROW_NUMBER() OVER (ORDER BY e.seq DESC) AS place
    FROM event AS e
    WHERE e.submission_id = $submission_id
) AS l ON l.submission_id = s.submission_id AND l.place = 1
LEFT JOIN (
    SELECT o.submission_id, o.revision, ROW_NUMBER() OVER (ORDER BY o.revision DESC) AS place
    FROM submission AS t
    JOIN submission AS o ON o.region_code = t.region_code AND o.form = t.form
                        AND o.period = t.period AND o.vintage = t.vintage
    JOIN event AS e ON e.submission_id = o.submission_id AND e.action = 'accepted'
    WHERE t.submission_id = $submission_id
) AS a ON a.place = 1
WHERE s.submission_id = $submission_id
