-- The events that put a submission into a state, in their order, each with the place of the submission. No parameters.
SELECT e.seq, e.action, e.submission_id, s.region_code, s.form, s.period, s.vintage, s.revision
FROM event AS e
JOIN submission AS s ON s.submission_id = e.submission_id
ORDER BY e.seq
