-- When each event is said to have been, in the order in which they were.
SELECT "at"
FROM event
ORDER BY seq
