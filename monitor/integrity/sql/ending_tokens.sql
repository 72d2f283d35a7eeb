-- Tokens that end within 14 days and were used within the last 30. Parameters: now (UTC).
SELECT concat('token:', CAST(t.token_id AS VARCHAR), ' ', t.name) AS what
FROM token AS t
JOIN (SELECT DISTINCT object FROM audit
      WHERE action = 'token_used' AND "at" > CAST($now AS TIMESTAMP) - INTERVAL 30 DAY) AS u
  ON u.object = concat('token:', CAST(t.token_id AS VARCHAR))
WHERE t.expires_at > CAST($now AS TIMESTAMP) AND t.expires_at < CAST($now AS TIMESTAMP) + INTERVAL 14 DAY
  AND NOT EXISTS (
      SELECT 1
      FROM event AS e
      WHERE e.action = 'token_revoked' AND json_extract_string(e.detail, '$.token_id') = CAST(t.token_id AS VARCHAR)
  )
ORDER BY t.token_id
