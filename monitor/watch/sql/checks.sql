-- What the integrity checks found when they ran last, and when that was.
SELECT c.name, c.severity, c.found, c.seconds, r.started_at
FROM check_result AS c
JOIN job_run AS r ON r.run_id = c.run_id
WHERE c.run_id = (SELECT MAX(run_id) FROM check_result)
ORDER BY c.name
