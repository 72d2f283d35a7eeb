-- The frozen moments, first to last, each with who froze it. Parameters: name (null = all).
SELECT s.seq, s.name, s."at", s.note, e.actor
FROM snapshot AS s
JOIN event AS e ON e.seq = s.seq
WHERE $name IS NULL OR s.name = $name
ORDER BY s.seq
