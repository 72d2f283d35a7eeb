-- How many entries audit_entries.sql would list. Parameters: as there, without most and offset.
SELECT COUNT(*)
FROM audit AS a
WHERE ($actor IS NULL OR a.actor = $actor)
  AND ($action IS NULL OR a.action = $action)
  AND ($object IS NULL OR a.object = $object
       OR left(a.object, CAST(length($object) + 1 AS BIGINT)) = concat($object, ':'))
  AND (CAST($start AS TIMESTAMP) IS NULL OR a."at" >= CAST($start AS TIMESTAMP))
  AND (CAST($end_ AS TIMESTAMP) IS NULL OR a."at" <= CAST($end_ AS TIMESTAMP))
