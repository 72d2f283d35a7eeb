-- How many submissions are in which state now, and since when the one is in it that has been longest.
SELECT e.action AS state, COUNT(*) AS submissions, MIN(e."at") AS oldest
FROM event AS e
JOIN (
    SELECT MAX(seq) AS seq FROM event WHERE submission_id IS NOT NULL GROUP BY submission_id
) AS newest ON newest.seq = e.seq
GROUP BY e.action
