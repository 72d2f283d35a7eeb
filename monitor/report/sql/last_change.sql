-- What is known at T, in two numbers: the newest acceptance or change of catalogue or settings at or before T, and the
-- highest sequence among them, which grows when one is recorded later for an earlier moment. NULLs: nothing had happened.
-- $as_of: UTC timestamp T, or NULL for no limit.
SELECT MAX(e.at), MAX(e.seq)
FROM event AS e
WHERE e.action IN ('accepted', 'configured')
  AND (CAST($as_of AS TIMESTAMP) IS NULL OR e.at <= CAST($as_of AS TIMESTAMP))
