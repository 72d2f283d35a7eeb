-- Which reporting units have an accepted submission for each period as of T; flash figures and plan rows are no reports.
-- $as_of: UTC timestamp T; $forms: the plan's forms and its own id (list).
SELECT s.period, s.region_code,
       MAX(CASE WHEN e.action = 'accepted' THEN 1 ELSE 0 END) AS accepted,
       MIN(CASE WHEN e.action = 'accepted' THEN e.at END) AS first_accepted_at
FROM submission AS s
JOIN event AS e ON e.submission_id = s.submission_id
WHERE s.form = ANY($forms) AND s.vintage NOT IN ('flash', 'plan') AND e.at <= CAST($as_of AS TIMESTAMP)
GROUP BY s.period, s.region_code
ORDER BY s.period, s.region_code
