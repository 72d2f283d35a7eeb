-- The time of the latest acceptance at or before T, null when there was none.
-- Parameters: as_of (UTC, null = no limit).
SELECT MAX(e."at")
FROM event AS e
WHERE e.action = 'accepted' AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
