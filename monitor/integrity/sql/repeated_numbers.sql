-- Numbers that are there more than once, each of which must name one thing. No parameters.
SELECT concat(kind, ':', CAST(number AS VARCHAR)) AS what
FROM (
    SELECT 'receipt' AS kind, receipt_id AS number FROM receipt
    UNION ALL
    SELECT 'submission', submission_id FROM submission
    UNION ALL
    SELECT 'event', seq FROM event
    UNION ALL
    SELECT 'audit', seq FROM audit
    UNION ALL
    SELECT 'token', token_id FROM token
    UNION ALL
    SELECT 'mail', mail_id FROM mail
    UNION ALL
    SELECT 'password of account', account_id FROM credential
) AS numbered
GROUP BY kind, number
HAVING COUNT(*) > 1
ORDER BY kind, number
