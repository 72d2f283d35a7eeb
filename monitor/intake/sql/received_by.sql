-- How many files somebody has sent since a moment, and how many bytes of theirs are kept in all.
-- Parameters: actor, since (UTC).
SELECT COUNT(*) FILTER (WHERE received_at >= $since), CAST(coalesce(SUM(size_bytes), 0) AS BIGINT)
FROM receipt
WHERE received_by = $actor
