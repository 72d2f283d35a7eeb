-- What became of each part of the file, in its order: the fields of `Outcome`.
-- Accepted: by this file, or earlier, saying the same. What is not accepted waits for an explanation where it has queries
-- without one, else for a reviewer. Parameters: accept, dry_run (new revisions then have no id).
SELECT CASE WHEN is_new AND CAST($dry_run AS BOOLEAN) THEN NULL ELSE submission_id END,
       region_code, form, period, vintage, revision, is_new,
       CASE WHEN is_accepted THEN 'accepted' ELSE 'submitted' END,
       created, updated, unchanged, carried, queries,
       CASE WHEN is_accepted THEN NULL
            WHEN waits OR CAST($accept AS BOOLEAN) THEN 'explanation'
            ELSE 'review' END
FROM (
    SELECT o.submission_id, o.region_code, o.form, o.period, o.vintage, o.number, o.is_new, o.waits,
           CASE WHEN o.is_new THEN o.next_revision ELSE s.revision END AS revision,
           c.submission_id IS NOT NULL OR NOT (o.is_new OR o.pending_id IS NOT NULL) AS is_accepted,
           CAST(o.created AS BIGINT) AS created, CAST(o.updated AS BIGINT) AS updated,
           CAST(o.unchanged AS BIGINT) AS unchanged, CAST(o.carried AS BIGINT) AS carried,
           CAST(o.queries AS BIGINT) AS queries
    FROM outcome AS o
    LEFT JOIN chosen AS c ON c.submission_id = o.submission_id
    LEFT JOIN submission AS s ON s.submission_id = o.submission_id
) AS part
ORDER BY number
