-- The acts of a kind known at a moment, in their order. Parameters: kind, dossier (null: all), as_of (UTC; null: now).
SELECT a.seq, e."at", e.actor, a.dossier, a.action, a.body
FROM act AS a
JOIN event AS e ON e.seq = a.seq
WHERE a.kind = $kind
  AND ($dossier IS NULL OR a.dossier = $dossier)
  AND ($as_of IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
ORDER BY a.seq
