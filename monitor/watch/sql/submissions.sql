-- How many submissions are in which state now, and since when the one is in it that has been longest.
SELECT state, COUNT(*) AS submissions, MIN("at") AS oldest
FROM (
    SELECT action AS state, "at", ROW_NUMBER() OVER (PARTITION BY submission_id ORDER BY seq DESC) AS place
    FROM event
    WHERE submission_id IS NOT NULL
) AS happened
WHERE place = 1
GROUP BY state
