-- What the audit log can be filtered by: every actor and every action that it names, in order.
SELECT 'actor' AS kind, actor AS name FROM audit GROUP BY actor
UNION ALL
SELECT 'action', action FROM audit GROUP BY action
ORDER BY kind, name
