-- Submissions whose state is not what the acceptances say: of each (region, form, period, vintage) the last acceptance is
-- of the highest revision that was ever accepted, that one alone counts, and each acceptance names the one before it.
-- No parameters.
SELECT concat('submission:', CAST(submission_id AS VARCHAR)) AS what
FROM (
    SELECT s.submission_id, s.revision, a.seq, a.replaces, l.action AS state,
           MAX(CASE WHEN a.seq IS NOT NULL THEN s.revision END)
               OVER (PARTITION BY s.region_code, s.form, s.period, s.vintage) AS top_revision,
           MAX(a.seq) OVER (PARTITION BY s.region_code, s.form, s.period, s.vintage) AS last_seq,
           LAG(CASE WHEN a.seq IS NOT NULL THEN s.submission_id END) OVER (
               PARTITION BY s.region_code, s.form, s.period, s.vintage, CASE WHEN a.seq IS NULL THEN 0 ELSE 1 END
               ORDER BY a.seq
           ) AS accepted_before
    FROM submission AS s
    LEFT JOIN (
        SELECT submission_id, seq, CAST(json_extract_string(detail, '$.replaces') AS BIGINT) AS replaces
        FROM event
        WHERE action = 'accepted'
    ) AS a ON a.submission_id = s.submission_id
    LEFT JOIN (
        SELECT submission_id, action, ROW_NUMBER() OVER (PARTITION BY submission_id ORDER BY seq DESC) AS place
        FROM event
        WHERE submission_id IS NOT NULL
    ) AS l ON l.submission_id = s.submission_id AND l.place = 1
) AS standing
WHERE (seq IS NOT NULL AND (
           (revision = top_revision) <> (state = 'accepted')
           OR (revision = top_revision) <> (seq = last_seq)
           OR replaces IS DISTINCT FROM accepted_before))
   OR (seq IS NULL AND state IN ('accepted', 'superseded'))
GROUP BY submission_id
ORDER BY submission_id
