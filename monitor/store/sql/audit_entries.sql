-- The entries of the audit log, newest first.
-- Parameters (null = all): actor, action, object (one thing, submission:17, or all of a kind, submission), start, end_
-- (UTC, both inclusive), most (how many rows at most); offset (how many of the newest to leave out).
SELECT a.seq, a."at", a.actor, a.action, a.object, a.detail, a.event_seq, a.event_sha256, a.before, a.after, a.mac
FROM audit AS a
WHERE ($actor IS NULL OR a.actor = $actor)
  AND ($action IS NULL OR a.action = $action)
  AND ($object IS NULL OR a.object = $object
       OR left(a.object, CAST(length($object) + 1 AS BIGINT)) = concat($object, ':'))
  AND (CAST($start AS TIMESTAMP) IS NULL OR a."at" >= CAST($start AS TIMESTAMP))
  AND (CAST($end_ AS TIMESTAMP) IS NULL OR a."at" <= CAST($end_ AS TIMESTAMP))
ORDER BY a.seq DESC
LIMIT $most OFFSET $offset
