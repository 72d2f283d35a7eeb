-- Every acceptance of some regions' submissions, in order. Parameters: region_codes (list).
SELECT s.submission_id, s.region_code, s.form, s.period, s.vintage, s.revision, s.estimated, e."at", e.seq
FROM submission AS s
JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
WHERE s.region_code = ANY($region_codes)
ORDER BY e.seq
