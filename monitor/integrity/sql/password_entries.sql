-- Passwords that nobody set by way of the program: of no account, not hashed as ours are, not the one that the account's
-- last entry in the audit log tells of (its hash where the entry has one, else its time, to the minute), or gone though that
-- entry tells of one; an account is added without where it is vouched for elsewhere. No parameters.
SELECT coalesce(concat('account:', CAST(c.account_id AS VARCHAR)), e.object) AS what
FROM credential AS c
LEFT JOIN (SELECT DISTINCT account_id FROM account) AS a ON a.account_id = c.account_id
FULL JOIN (
    SELECT *
    FROM (
        SELECT object, "at", action, "after", ROW_NUMBER() OVER (PARTITION BY object ORDER BY seq DESC) AS place
        FROM audit
        WHERE action IN ('account_added', 'password_set', 'password_reset')
    ) AS told
    WHERE place = 1
) AS e ON e.object = concat('account:', CAST(c.account_id AS VARCHAR))
WHERE (c.account_id IS NULL AND (e."after" IS NOT NULL OR e.action <> 'account_added'))
   OR (c.account_id IS NOT NULL AND (
        a.account_id IS NULL OR e.object IS NULL OR c.hash NOT LIKE '$argon2id$%'
        OR (e."after" IS NOT NULL AND e."after" <> sha256(c.hash))
        OR (e."after" IS NULL AND abs(date_diff('second', c.set_at, e."at")) > 60)
   ))
ORDER BY what
