-- How many rows each table holds that grows with use.
SELECT 'receipt' AS name, COUNT(*) AS "rows" FROM receipt
UNION ALL SELECT 'submission', COUNT(*) FROM submission
UNION ALL SELECT 'observation', COUNT(*) FROM observation
UNION ALL SELECT 'issue', COUNT(*) FROM issue
UNION ALL SELECT 'event', COUNT(*) FROM event
UNION ALL SELECT 'audit', COUNT(*) FROM audit
UNION ALL SELECT 'mail', COUNT(*) FROM mail
UNION ALL SELECT 'account', COUNT(*) FROM account
UNION ALL SELECT 'token', COUNT(*) FROM token
UNION ALL SELECT 'job_run', COUNT(*) FROM job_run
