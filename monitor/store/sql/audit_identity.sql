-- Which store it is: the mac of the entry by which it was last restored, or of its first; no row before that. A store
-- that was restored is another than the one that its copy was made of, from which it goes on by itself.
SELECT mac
FROM audit
WHERE seq = (
    SELECT coalesce(MAX(seq) FILTER (WHERE action IN ('restored', 'wal_quarantined')), MIN(seq))
    FROM audit
)
