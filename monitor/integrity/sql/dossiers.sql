-- Acts without their event or other than it says, papers without their act, changed, or not those that the event says.
-- No parameters.
SELECT concat('act:', CAST(a.seq AS VARCHAR)) AS what
FROM act AS a
LEFT JOIN event AS e ON e.seq = a.seq
WHERE e.seq IS NULL OR e.action <> concat(a.kind, '_', a.action)
   OR json_extract_string(e.detail, '$.dossier') IS DISTINCT FROM a.dossier
   OR json_extract_string(e.detail, '$.body') IS DISTINCT FROM sha256(a.body)
UNION ALL
SELECT concat('event:', CAST(e.seq AS VARCHAR))
FROM event AS e
LEFT JOIN act AS a ON a.seq = e.seq
WHERE a.seq IS NULL
  AND (e.action LIKE 'round\_%' ESCAPE '\' OR e.action LIKE 'task\_%' ESCAPE '\'
       OR e.action LIKE 'supervision\_%' ESCAPE '\' OR e.action LIKE 'budget\_%' ESCAPE '\')
UNION ALL
SELECT concat('paper:', CAST(p.seq AS VARCHAR), '/', CAST(p.number AS VARCHAR))
FROM paper AS p
LEFT JOIN act AS a ON a.seq = p.seq
LEFT JOIN event AS e ON e.seq = p.seq
WHERE a.seq IS NULL OR octet_length(p.content) <> p.size OR sha256(p.content) <> p.sha256
   OR json_extract_string(e.detail, concat('$.papers[', CAST(p.number - 1 AS VARCHAR), ']')) IS DISTINCT FROM p.sha256
UNION ALL
SELECT concat('event:', CAST(a.seq AS VARCHAR))
FROM act AS a
JOIN event AS e ON e.seq = a.seq
WHERE json_array_length(e.detail, '$.papers')
   <> (SELECT COUNT(*) FROM paper AS p WHERE p.seq = a.seq)
ORDER BY what
