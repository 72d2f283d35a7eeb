-- When catalogues, regions or settings changed between two moments, and by whom.
-- Parameters: after (UTC, excluded), until (UTC, included; null = no limit).
SELECT e."at", e.actor
FROM event AS e
WHERE e.action = 'configured' AND e."at" > CAST($after AS TIMESTAMP)
  AND (CAST($until AS TIMESTAMP) IS NULL OR e."at" <= CAST($until AS TIMESTAMP))
ORDER BY e.seq
