-- Submissions whose events do not lead from state to state as they may: first submitted; then accepted, returned or
-- withdrawn (submitted again where queries are answered); only what was accepted is superseded; nothing follows else.
-- No parameters.
SELECT concat('submission:', CAST(submission_id AS VARCHAR)) AS what
FROM (
    SELECT s.submission_id, e.action,
           LAG(e.action) OVER (PARTITION BY s.submission_id ORDER BY e.seq) AS before,
           ROW_NUMBER() OVER (PARTITION BY s.submission_id ORDER BY e.seq) AS place
    FROM submission AS s
    LEFT JOIN event AS e ON e.submission_id = s.submission_id
) AS happened
WHERE action IS NULL
   OR (place = 1 AND action <> 'submitted')
   OR (place > 1 AND NOT (
           (before = 'submitted' AND action IN ('submitted', 'accepted', 'returned', 'withdrawn'))
           OR (before = 'accepted' AND action = 'superseded')))
GROUP BY submission_id
ORDER BY submission_id
