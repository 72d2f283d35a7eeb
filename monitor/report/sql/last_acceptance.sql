-- When the store last accepted anything at or before T; NULL when it never did.
-- $as_of: UTC timestamp T, or NULL for no limit.
SELECT MAX(e.at)
FROM event AS e
WHERE e.action = 'accepted' AND (CAST($as_of AS TIMESTAMP) IS NULL OR e.at <= CAST($as_of AS TIMESTAMP))
