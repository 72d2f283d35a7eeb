-- Cells that the replaced submission had and the one in its place has not, neither sent nor carried. No parameters.
SELECT concat('submission:', CAST(a.submission_id AS VARCHAR), ' ', o.indicator_id) AS what
FROM (
    SELECT submission_id, CAST(json_extract_string(detail, '$.replaces') AS BIGINT) AS replaced_id
    FROM event
    WHERE action = 'accepted' AND json_extract_string(detail, '$.replaces') IS NOT NULL
) AS a
JOIN observation AS o ON o.submission_id = a.replaced_id
LEFT JOIN observation AS n ON n.submission_id = a.submission_id AND n.indicator_id = o.indicator_id
WHERE n.submission_id IS NULL
ORDER BY a.submission_id, o.indicator_id
