-- Runs that began before $before go; the newest of each job stays.
DELETE FROM job_run
WHERE started_at < $before AND run_id NOT IN (SELECT max(run_id) FROM job_run GROUP BY job)
