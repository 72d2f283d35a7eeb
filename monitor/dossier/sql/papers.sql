-- The papers of those acts, without their content. Parameters: kind, dossier (null: all), as_of (UTC; null: now).
SELECT p.seq, p.number, p.name, p.sha256, p.size
FROM paper AS p
JOIN act AS a ON a.seq = p.seq
JOIN event AS e ON e.seq = p.seq
WHERE a.kind = $kind
  AND ($dossier IS NULL OR a.dossier = $dossier)
  AND ($as_of IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
ORDER BY p.seq, p.number
