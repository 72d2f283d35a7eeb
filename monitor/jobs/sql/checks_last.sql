-- What the integrity checks found in the newest run that told, by name.
SELECT found.run_id, job_run.started_at, found.name, found.found, found.examples, found.seconds
FROM check_result AS found
JOIN job_run ON job_run.run_id = found.run_id
WHERE found.run_id = (SELECT MAX(run_id) FROM check_result)
ORDER BY found.name
