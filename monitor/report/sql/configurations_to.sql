-- Every recorded configuration up to T, the latest first. Parameters: as_of (UTC, null = no limit).
SELECT c.seq, c."at", c.content
FROM configuration AS c
WHERE CAST($as_of AS TIMESTAMP) IS NULL OR c."at" <= CAST($as_of AS TIMESTAMP)
ORDER BY c.seq DESC
