-- The tokens there are, each with the moment of its revocation (null: never), oldest first.
-- Parameters: hash, token_id (null = all).
SELECT t.token_id, t.hash, t.name, t.role, t.regions, t.indicators, t.departments,
       t.created_at, t.created_by, t.expires_at, r.revoked_at
FROM token AS t
LEFT JOIN (
    SELECT CAST(json_extract_string(e.detail, '$.token_id') AS BIGINT) AS token_id, MIN(e."at") AS revoked_at
    FROM event AS e
    WHERE e.action = 'token_revoked'
    GROUP BY CAST(json_extract_string(e.detail, '$.token_id') AS BIGINT)
) AS r ON r.token_id = t.token_id
WHERE ($hash IS NULL OR t.hash = $hash) AND ($token_id IS NULL OR t.token_id = $token_id)
ORDER BY t.token_id
