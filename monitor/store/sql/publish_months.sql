-- The months of accepted figures, each with a text that is equal as long as the same submissions are in it, accepted by
-- the same events: a month whose text has not changed need not be written again. Rows of a submission never change
-- once it is accepted. Only texts of the same version of DuckDB can be compared.
SELECT s.period, count(*) AS submissions,
       printf('%d-%032x', count(*), sum(hash(s.submission_id, s.content_sha256, s.region_code, s.revision, e.seq))) AS said
FROM submission AS s
JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
GROUP BY s.period
ORDER BY s.period
