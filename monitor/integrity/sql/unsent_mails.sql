-- Mails that were not sent within a day. Parameters: now (UTC).
SELECT concat('mail:', CAST(m.mail_id AS VARCHAR)) AS what
FROM mail AS m
LEFT JOIN (SELECT DISTINCT mail_id FROM mail_attempt WHERE outcome = 'sent') AS t ON t.mail_id = m.mail_id
WHERE t.mail_id IS NULL AND m.created_at < CAST($now AS TIMESTAMP) - INTERVAL 1 DAY
ORDER BY m.mail_id
