-- One `submitted` for each new revision. Parameters: receipt_id, moment (UTC), actor, reason (of a
-- restatement, null = none).
INSERT INTO event
SELECT (SELECT coalesce(MAX(seq), 0) FROM event) + ROW_NUMBER() OVER (ORDER BY d.submitted_at, o.submission_id),
       coalesce(d.submitted_at, $moment), coalesce(d.sender, $actor), 'submitted', o.submission_id, $receipt_id,
       json_object('revision', o.next_revision, 'created', CAST(o.created AS BIGINT),
                   'updated', CAST(o.updated AS BIGINT), 'unchanged', CAST(o.unchanged AS BIGINT),
                   'reason', CAST($reason AS VARCHAR))
FROM outcome AS o
LEFT JOIN dated AS d ON d.number = o.number
WHERE o.is_new
