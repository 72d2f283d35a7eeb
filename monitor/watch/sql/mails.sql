-- How many mails were sent, wait (to be tried, or tried again) or were given up, and when the oldest of each was written.
-- Parameters: most (attempts after which a mail is given up).
SELECT state, COUNT(*) AS mails, MIN(created_at) AS oldest
FROM (
    SELECT m.created_at,
           CASE WHEN t.is_sent THEN 'sent' WHEN t.attempts >= $most THEN 'failed' ELSE 'waiting' END AS state
    FROM mail AS m
    LEFT JOIN (
        SELECT mail_id, COUNT(*) AS attempts, MAX(outcome) = 'sent' AS is_sent FROM mail_attempt GROUP BY mail_id
    ) AS t ON t.mail_id = m.mail_id
) AS mails
GROUP BY state
