-- Accounts, not disabled, whose one-time password was not used within 30 days. Parameters: now (UTC).
SELECT concat('account:', CAST(c.account_id AS VARCHAR), ' ', a.login) AS what
FROM credential AS c
JOIN (
    SELECT account_id, login, disabled, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY version DESC) AS place
    FROM account
) AS a ON a.account_id = c.account_id AND a.place = 1
WHERE c.one_time AND NOT a.disabled AND c.set_at < CAST($now AS TIMESTAMP) - INTERVAL 30 DAY
ORDER BY c.account_id
