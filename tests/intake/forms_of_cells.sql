-- The form under which each cell of every submission is filed. Parameters: none.
SELECT o.indicator_id, s.region_code, s.period, s.form
FROM submission AS s
JOIN observation AS o ON o.submission_id = s.submission_id
