-- One `submitted` for each new revision. Parameters: receipt_id, moment (UTC), actor.
INSERT INTO event
SELECT (SELECT coalesce(MAX(seq), 0) FROM event) + ROW_NUMBER() OVER (ORDER BY submission_id), $moment, $actor,
       'submitted', submission_id, $receipt_id,
       json_object('revision', next_revision, 'created', CAST(created AS BIGINT), 'updated', CAST(updated AS BIGINT),
                   'unchanged', CAST(unchanged AS BIGINT))
FROM outcome
WHERE is_new
