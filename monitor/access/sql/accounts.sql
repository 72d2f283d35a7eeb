-- The accounts as they are now (the last version of each), in the order they were made, with whether the password
-- is a one-time one (null: none).
-- Parameters: account_id, login (null = all).
SELECT a.account_id, a.version, a.login, a.name, a.role, a.regions, a.indicators, a.departments, a.disabled, a."at",
       a.made_by, c.one_time
FROM account AS a
JOIN (SELECT account_id, MAX(version) AS version FROM account GROUP BY account_id) AS last
  ON last.account_id = a.account_id AND last.version = a.version
LEFT JOIN credential AS c ON c.account_id = a.account_id
WHERE ($account_id IS NULL OR a.account_id = $account_id) AND ($login IS NULL OR a.login = $login)
ORDER BY a.account_id
