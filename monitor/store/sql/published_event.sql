-- The events that are published: of submissions, of configurations, frozen moments and acts. Who has sent what and where
-- it stands is everybody's; what was said of a submission that was never accepted is not.
SELECT p.seq, p."at", p.actor, p.action, p.submission_id, p.receipt_id,
       CASE WHEN p.submission_id IS NULL
                 OR p.submission_id IN (SELECT a.submission_id FROM main.event AS a WHERE a.action = 'accepted')
            THEN p.detail END AS detail
FROM main.event AS p
WHERE p.action IN ('configured', 'frozen')
   OR p.submission_id IS NOT NULL
   OR p.seq IN (SELECT seq FROM main.act)
ORDER BY p.seq
