-- For each part of the file: the last revision there is, the one in force, and the latest one that waits for review
-- and could still be accepted. The last event of a submission is its state.
CREATE TEMP TABLE standing AS
SELECT number, last_revision, in_force_id,
       CASE WHEN in_force_id IS NULL OR pending_id > in_force_id THEN pending_id END AS pending_id
FROM (
    SELECT number, MAX(revision) AS last_revision,
           MAX(CASE WHEN action = 'accepted' THEN submission_id END) AS in_force_id,
           MAX(CASE WHEN action = 'submitted' THEN submission_id END) AS pending_id
    FROM (
        SELECT b.number, s.submission_id, s.revision, e.action,
               ROW_NUMBER() OVER (PARTITION BY s.submission_id ORDER BY e.seq DESC) AS place
        FROM bundle AS b
        JOIN submission AS s ON s.region_code = b.region_code AND s.form = b.form
                            AND s.period = b.period AND s.vintage = b.vintage
        JOIN event AS e ON e.submission_id = s.submission_id
    ) AS happened
    WHERE place = 1
    GROUP BY number
) AS latest
