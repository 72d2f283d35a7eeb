-- Tokens that are not as the event says they were made by, and such events without a token. No parameters.
SELECT concat('token:', CAST(coalesce(t.token_id, e.token_id) AS VARCHAR)) AS what
FROM token AS t
FULL JOIN (
    SELECT CAST(json_extract_string(detail, '$.token_id') AS BIGINT) AS token_id, actor,
           json_extract_string(detail, '$.name') AS name, json_extract_string(detail, '$.role') AS role
    FROM event
    WHERE action = 'token_made'
) AS e ON e.token_id = t.token_id
WHERE t.token_id IS NULL OR e.token_id IS NULL OR e.actor <> t.created_by OR e.name <> t.name OR e.role <> t.role
   OR length(t.hash) <> 64
ORDER BY what
