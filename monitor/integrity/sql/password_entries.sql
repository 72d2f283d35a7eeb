-- Passwords that nobody set by way of the program: of no account, not hashed as ours are, or not the one that the account's
-- last entry in the audit log tells of (its hash where the entry has one, else its time, to the minute). No parameters.
SELECT concat('account:', CAST(c.account_id AS VARCHAR)) AS what
FROM credential AS c
LEFT JOIN (SELECT DISTINCT account_id FROM account) AS a ON a.account_id = c.account_id
LEFT JOIN (
    SELECT object, "at", "after", ROW_NUMBER() OVER (PARTITION BY object ORDER BY seq DESC) AS place
    FROM audit
    WHERE action IN ('account_added', 'password_set', 'password_reset')
) AS e ON e.object = concat('account:', CAST(c.account_id AS VARCHAR)) AND e.place = 1
WHERE a.account_id IS NULL OR e.object IS NULL OR c.hash NOT LIKE '$argon2id$%'
   OR (e."after" IS NOT NULL AND e."after" <> sha256(c.hash))
   OR (e."after" IS NULL AND abs(date_diff('second', c.set_at, e."at")) > 60)
ORDER BY c.account_id
