-- Events that are missing in the count 1, 2, …: each that has another one, but not its own predecessor, before it.
-- No parameters.
SELECT concat('event:', CAST(before + 1 AS VARCHAR), CASE WHEN seq - before > 2 THEN concat('-', CAST(seq - 1 AS VARCHAR))
                                                          ELSE '' END) AS what
FROM (SELECT seq, LAG(seq, 1, 0) OVER (ORDER BY seq) AS before FROM event) AS ordered
WHERE seq - before > 1
ORDER BY seq
