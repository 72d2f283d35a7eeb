-- The cells of which the store has other rows than those that were made again: how many rows it has that were not made, and
-- how many were made that it has not. Parameters: first, last (submission_id).
SELECT submission_id, indicator_id, SUM(kept) AS kept, SUM(1 - kept) AS made
FROM (
    SELECT 1 AS kept, k.*
    FROM (
        SELECT * FROM observation_kept WHERE submission_id BETWEEN $first AND $last
        EXCEPT ALL
        SELECT * FROM observation WHERE submission_id BETWEEN $first AND $last
    ) AS k
    UNION ALL
    SELECT 0, m.*
    FROM (
        SELECT * FROM observation WHERE submission_id BETWEEN $first AND $last
        EXCEPT ALL
        SELECT * FROM observation_kept WHERE submission_id BETWEEN $first AND $last
    ) AS m
) AS differing
GROUP BY submission_id, indicator_id
ORDER BY submission_id, indicator_id
