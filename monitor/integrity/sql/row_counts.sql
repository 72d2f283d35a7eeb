-- Submissions with more or fewer rows of their own than they were sent with. No parameters.
SELECT concat('submission:', CAST(s.submission_id AS VARCHAR), ' ', CAST(coalesce(o.found, 0) AS VARCHAR), '/',
              CAST(s.row_count AS VARCHAR)) AS what
FROM submission AS s
LEFT JOIN (
    SELECT submission_id, COUNT(*) AS found FROM observation WHERE carried_from IS NULL GROUP BY submission_id
) AS o ON o.submission_id = s.submission_id
WHERE coalesce(o.found, 0) <> s.row_count
ORDER BY s.submission_id
