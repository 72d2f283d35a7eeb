-- The events that are published: of what was accepted at some time, of configurations, frozen moments and acts.
SELECT p.*
FROM main.event AS p
WHERE p.action IN ('accepted', 'configured', 'frozen')
   OR p.submission_id IN (SELECT a.submission_id FROM main.event AS a WHERE a.action = 'accepted')
   OR p.seq IN (SELECT seq FROM main.act)
ORDER BY p.seq
