-- Write the answers, each with the event of its submission that brought it: the last `submitted`.
INSERT INTO explanation
SELECT e.seq, a.submission_id, a.line, a.rule, a.text
FROM answered AS a
JOIN (
    SELECT submission_id, MAX(seq) AS seq FROM event WHERE action = 'submitted' GROUP BY submission_id
) AS e ON e.submission_id = a.submission_id
ORDER BY e.seq, a.line, a.rule
