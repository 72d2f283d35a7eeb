-- `submitted` once more for each waiting submission of which queries are answered. Parameters: moment (UTC), actor.
INSERT INTO event
SELECT (SELECT coalesce(MAX(seq), 0) FROM event) + ROW_NUMBER() OVER (ORDER BY a.submission_id), $moment, $actor,
       'submitted', a.submission_id, NULL, json_object('explained', CAST(a.answers AS VARCHAR))
FROM (
    SELECT submission_id, COUNT(*) AS answers FROM answered WHERE NOT is_new GROUP BY submission_id
) AS a
