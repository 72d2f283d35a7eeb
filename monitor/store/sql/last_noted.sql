-- What the last audit entry of an action on an object says it is from then on, when that was, by whom; no row: never.
-- Parameters: action, object.
SELECT "after", "at", actor
FROM audit
WHERE action = $action AND object = $object
ORDER BY seq DESC
LIMIT 1
