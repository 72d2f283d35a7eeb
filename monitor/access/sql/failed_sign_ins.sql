-- Failures to sign in since a moment, oldest first: who was meant (object, null: nobody known), from where, when.
-- Parameters: since (UTC).
SELECT object, json_extract_string(detail, '$.address'), "at"
FROM audit
WHERE action = 'sign_in_failed' AND "at" >= $since
ORDER BY seq
