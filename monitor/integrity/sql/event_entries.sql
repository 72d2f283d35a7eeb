-- Events that are not sealed by one entry of the audit log with the same actor, action and detail; entries that seal an
-- event that is not there. No parameters.
SELECT concat('event:', CAST(coalesce(e.seq, a.event_seq) AS VARCHAR)) AS what
FROM event AS e
FULL JOIN (SELECT * FROM audit WHERE event_seq IS NOT NULL) AS a ON a.event_seq = e.seq
WHERE e.seq IS NULL OR a.seq IS NULL OR a.actor <> e.actor OR a.action <> e.action
   OR a.detail IS DISTINCT FROM e.detail
UNION ALL
SELECT concat('event:', CAST(event_seq AS VARCHAR))
FROM audit
WHERE event_seq IS NOT NULL
GROUP BY event_seq
HAVING COUNT(*) > 1
ORDER BY what
