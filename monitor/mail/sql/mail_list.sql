-- The mails there are with what came of them, newest first: how often each was tried, when and with what result last,
-- and whether any attempt succeeded. Parameters: only_unsent (true: leave out those that were sent).
SELECT m.mail_id, m.created_at, m.created_by, m.kind, m.region_code, m.submission_id, m.language, m.sender, m.recipients,
       m.subject, m.body, m.key, coalesce(t.attempts, 0) AS attempts, t.last_at, t.last_detail,
       coalesce(t.is_sent, FALSE) AS is_sent
FROM mail AS m
LEFT JOIN (
    SELECT mail_id, COUNT(*) AS attempts, MAX("at") AS last_at, MAX(outcome) = 'sent' AS is_sent,
           MAX(CASE WHEN place = 1 THEN detail END) AS last_detail
    FROM (
        SELECT a.mail_id, a."at", a.outcome, a.detail,
               ROW_NUMBER() OVER (PARTITION BY a.mail_id ORDER BY a."at" DESC) AS place
        FROM mail_attempt AS a
    ) AS tried
    GROUP BY mail_id
) AS t ON t.mail_id = m.mail_id
WHERE NOT $only_unsent OR NOT coalesce(t.is_sent, FALSE)
ORDER BY m.mail_id DESC
