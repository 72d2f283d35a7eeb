-- The end of the audit log: the last entry's seq, mac and time, the last event that an entry seals, and the last event
-- there is (0 where there is none).
SELECT coalesce(a.seq, 0), a.mac, a."at", coalesce(s.sealed, 0), coalesce(e.last_event, 0)
FROM (SELECT MAX(seq) AS last_entry FROM audit) AS l
LEFT JOIN audit AS a ON a.seq = l.last_entry
CROSS JOIN (SELECT MAX(event_seq) AS sealed FROM audit) AS s
CROSS JOIN (SELECT MAX(seq) AS last_event FROM event) AS e
