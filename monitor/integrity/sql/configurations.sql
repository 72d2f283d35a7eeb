-- Configurations whose text is not that of their hash, or that no event recorded. No parameters.
SELECT concat('configuration of event:', CAST(c.seq AS VARCHAR)) AS what
FROM configuration AS c
LEFT JOIN event AS e ON e.seq = c.seq AND e.action = 'configured'
WHERE sha256(c.content) <> c.hash OR e.seq IS NULL OR json_extract_string(e.detail, '$.hash') <> c.hash
UNION ALL
SELECT concat('event:', CAST(e.seq AS VARCHAR))
FROM event AS e
LEFT JOIN configuration AS c ON c.seq = e.seq
WHERE e.action = 'configured' AND c.seq IS NULL
ORDER BY what
