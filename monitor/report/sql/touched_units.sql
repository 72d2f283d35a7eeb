-- Which reporting units had a submission accepted between two moments, and for which periods: only their figures can
-- have changed. Parameters: after (UTC, excluded; null = from the beginning), until (UTC, included; null = no limit).
SELECT DISTINCT s.region_code, s.period
FROM submission AS s
JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
WHERE (CAST($after AS TIMESTAMP) IS NULL OR e."at" > CAST($after AS TIMESTAMP))
  AND (CAST($until AS TIMESTAMP) IS NULL OR e."at" <= CAST($until AS TIMESTAMP))
