-- The data version (data_version.sql) and the newest event, given what they were before: only the events since are read.
-- Parameters: version, event.
SELECT coalesce(max(CASE WHEN action IN ('accepted', 'configured') THEN seq END), CAST($version AS BIGINT)),
       coalesce(max(seq), CAST($event AS BIGINT))
FROM event
WHERE seq > $event
