-- What waits for review: how many submissions of each unit, and since when.
SELECT s.region_code, COUNT(*) AS waiting, MIN(s.submitted_at) AS oldest
FROM submission AS s
JOIN (
    SELECT submission_id, action
    FROM (
        SELECT e.submission_id, e.action,
               ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
        FROM event AS e
        WHERE e.submission_id IS NOT NULL
    ) AS happened
    WHERE place = 1
) AS l ON l.submission_id = s.submission_id
WHERE l.action = 'submitted'
GROUP BY s.region_code
ORDER BY s.region_code
