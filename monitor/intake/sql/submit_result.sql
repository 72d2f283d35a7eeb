-- What became of each part of the file, in the order of the new revisions, and the state it is in now.
-- `is_chosen`: accepted by this file.
SELECT o.submission_id, o.region_code, o.form, o.period, o.vintage,
       CASE WHEN o.is_new THEN o.next_revision ELSE s.revision END AS revision,
       o.is_new, c.submission_id IS NOT NULL AS is_chosen, o.pending_id IS NOT NULL AS is_pending,
       CAST(o.created AS BIGINT), CAST(o.updated AS BIGINT), CAST(o.unchanged AS BIGINT), CAST(o.carried AS BIGINT),
       CAST(o.queries AS BIGINT), o.waits
FROM outcome AS o
LEFT JOIN chosen AS c ON c.submission_id = o.submission_id
LEFT JOIN submission AS s ON s.submission_id = o.submission_id
ORDER BY o.number
