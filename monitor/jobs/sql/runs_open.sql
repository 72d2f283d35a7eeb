-- Runs without an end that another process than $owner began.
SELECT run_id FROM job_run
WHERE owner <> $owner AND run_id NOT IN (SELECT run_id FROM job_end)
ORDER BY run_id
