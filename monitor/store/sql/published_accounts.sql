-- Each account with its last version.
SELECT account_id, max(version) FROM account GROUP BY account_id ORDER BY account_id
