-- What became of the parts whose past is told, where they were not accepted: `returned` or `withdrawn`, with the reason.
INSERT INTO event
SELECT (SELECT coalesce(MAX(seq), 0) FROM event) + ROW_NUMBER() OVER (ORDER BY d.decided_at, o.submission_id),
       d.decided_at, d.decider, d.decision, o.submission_id, NULL, json_object('reason', d.reason)
FROM outcome AS o
JOIN dated AS d ON d.number = o.number
WHERE o.is_new AND d.decision IN ('returned', 'withdrawn')
