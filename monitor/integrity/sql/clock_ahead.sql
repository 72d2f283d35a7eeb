-- Entries, of the audit log and of events, that are dated more than an hour ahead. Parameters: now (UTC).
SELECT concat('event:', CAST(seq AS VARCHAR)) AS what FROM event WHERE "at" > CAST($now AS TIMESTAMP) + INTERVAL 1 HOUR
UNION ALL
SELECT concat('entry:', CAST(seq AS VARCHAR)) FROM audit WHERE "at" > CAST($now AS TIMESTAMP) + INTERVAL 1 HOUR
