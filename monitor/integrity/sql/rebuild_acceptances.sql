-- The acceptances that took the place of another one, in their order. No parameters.
SELECT submission_id, CAST(json_extract_string(detail, '$.replaces') AS BIGINT)
FROM event
WHERE action = 'accepted' AND json_extract_string(detail, '$.replaces') IS NOT NULL
ORDER BY seq
