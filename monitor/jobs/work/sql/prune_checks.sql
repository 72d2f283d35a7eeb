-- Of runs that began before $before, their rows in check_result go; the newest run of each job stays.
DELETE FROM check_result WHERE run_id IN (
    SELECT run_id FROM job_run
    WHERE started_at < $before AND run_id NOT IN (SELECT max(run_id) FROM job_run GROUP BY job)
)
