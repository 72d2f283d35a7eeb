-- How often the audit log says that something was done, by what was done.
SELECT action, COUNT(*) AS entries FROM audit GROUP BY action
