-- What was done to accounts and tokens after an entry of the audit log, and to whom: for an account its login, for a
-- token its name. Parameters: seq.
SELECT a.action, coalesce(c.login, t.name, a.object) AS whose
FROM audit AS a
LEFT JOIN (SELECT account_id, max(login) AS login FROM account GROUP BY account_id) AS c
    ON a.object = concat('account:', c.account_id)
LEFT JOIN token AS t ON a.object = concat('token:', t.token_id)
WHERE a.seq > $seq
  AND a.action IN ('token_revoked', 'account_disabled', 'account_enabled', 'account_changed', 'password_reset',
                   'password_set')
ORDER BY a.seq
