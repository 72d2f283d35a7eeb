-- The entries of the audit log from one on, in order. Parameters: seq.
SELECT seq, "at", actor, action, object, detail, event_seq, event_sha256, before, after, mac
FROM audit
WHERE seq >= $seq
ORDER BY seq
