-- Accounts whose versions are not 1, 2, … each once, whose name or login changed, or whose name is another one's too.
-- No parameters.
SELECT concat('account:', CAST(account_id AS VARCHAR)) AS what
FROM account
GROUP BY account_id
HAVING MIN(version) <> 1 OR MAX(version) <> COUNT(*) OR COUNT(DISTINCT version) <> COUNT(*)
    OR COUNT(DISTINCT name) > 1 OR COUNT(DISTINCT login) > 1
UNION ALL
SELECT concat('account:', string_agg(DISTINCT CAST(account_id AS VARCHAR), ' account:'))
FROM account
GROUP BY name
HAVING COUNT(DISTINCT account_id) > 1
ORDER BY what
