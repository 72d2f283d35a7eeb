-- Of runs that began before $before, their rows in job_end go; the newest run of each job stays.
DELETE FROM job_end WHERE run_id IN (
    SELECT run_id FROM job_run
    WHERE started_at < $before AND run_id NOT IN (SELECT max(run_id) FROM job_run GROUP BY job)
)
