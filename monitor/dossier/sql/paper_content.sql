-- One paper with its content. Parameters: seq, number.
SELECT a.kind, a.dossier, p.name, p.sha256, p.size, p.content
FROM paper AS p
JOIN act AS a ON a.seq = p.seq
WHERE p.seq = $seq AND p.number = $number
