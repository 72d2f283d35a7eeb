-- What one reporting unit has sent, newest period first, each with its last event as of T.
-- $as_of: UTC timestamp T; $region: the unit's code.
SELECT s.submission_id, s.form, s.period, s.vintage, s.revision, s.row_count, s.submitted_at, s.submitted_by,
       s.estimated, s.explanation, l.action, l.at, l.actor
FROM submission AS s
JOIN (
    SELECT e.submission_id, e.action, e.at, e.actor,
           ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
    FROM event AS e
    WHERE e.submission_id IS NOT NULL AND e.at <= CAST($as_of AS TIMESTAMP)
) AS l ON l.submission_id = s.submission_id
WHERE l.place = 1 AND s.region_code = $region
ORDER BY s.period DESC, s.vintage, s.revision DESC
