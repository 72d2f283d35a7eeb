-- Until $until: when $job was done last, before it ever was when it was first known here; null for neither.
SELECT coalesce(
    (
        SELECT max(job_run.started_at)
        FROM job_run JOIN job_end ON job_end.run_id = job_run.run_id
        WHERE job_run.job = $job AND job_end.result = 'done' AND job_run.started_at <= $until
    ),
    (SELECT min("at") FROM job_switch WHERE job = $job AND "at" <= $until)
)
