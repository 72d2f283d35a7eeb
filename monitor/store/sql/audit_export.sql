-- The entries of the audit log in their order, each with the mac of the one before it, so that each can be proven by
-- itself. Parameters: as audit_entries.sql, without most and offset.
SELECT a.seq, a."at", a.actor, a.action, a.object, a.detail, a.event_seq, a.event_sha256, a.before, a.after, a.mac,
       a.previous
FROM (SELECT b.*, LAG(b.mac) OVER (ORDER BY b.seq) AS previous FROM audit AS b) AS a
WHERE ($actor IS NULL OR a.actor = $actor)
  AND ($action IS NULL OR a.action = $action)
  AND ($object IS NULL OR a.object = $object
       OR left(a.object, CAST(length($object) + 1 AS BIGINT)) = concat($object, ':'))
  AND (CAST($start AS TIMESTAMP) IS NULL OR a."at" >= CAST($start AS TIMESTAMP))
  AND (CAST($end_ AS TIMESTAMP) IS NULL OR a."at" <= CAST($end_ AS TIMESTAMP))
ORDER BY a.seq
