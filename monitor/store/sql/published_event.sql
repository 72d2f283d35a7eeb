-- The events that are published: of submissions, of configurations, frozen moments and acts, and what accepted figures were
-- computed from. Who has sent what and where
-- it stands is everybody's; what was said of a submission that was never accepted is not.
SELECT p.seq, p."at", p.actor, p.action, p.submission_id, p.receipt_id,
       CASE WHEN p.submission_id IS NULL
                 OR p.submission_id IN (SELECT a.submission_id FROM main.event AS a WHERE a.action = 'accepted')
            THEN p.detail END AS detail
FROM main.event AS p
WHERE p.action IN ('configured', 'frozen')
   OR p.submission_id IS NOT NULL
   OR p.seq IN (SELECT seq FROM main.act)
   OR (p.action = 'computed' AND p.receipt_id IN (
           SELECT s.receipt_id FROM main.submission AS s
           JOIN main.event AS a ON a.submission_id = s.submission_id AND a.action = 'accepted'))
ORDER BY p.seq
