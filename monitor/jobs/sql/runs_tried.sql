-- Of each job the newest moment, until $until, that the schedule began a run for ($by: as whom): whether it was done, how often it failed
-- (being cut off once is no failure of the work), and when the newest of those runs ended.
WITH told AS (
    SELECT job_run.job, job_run.due_at, job_end.result, job_end.ended_at
    FROM job_run LEFT JOIN job_end ON job_end.run_id = job_run.run_id
    WHERE job_run.started_by = $by AND job_run.due_at <= $until
),
newest AS (SELECT job, max(due_at) AS due_at FROM told GROUP BY job)
SELECT
    told.job, told.due_at, sum(CASE WHEN told.result = 'done' THEN 1 ELSE 0 END) > 0,
    sum(CASE WHEN told.result = 'failed' THEN 1 ELSE 0 END)
    + greatest(sum(CASE WHEN told.result = 'interrupted' THEN 1 ELSE 0 END) - 1, 0),
    max(told.ended_at)
FROM told JOIN newest ON newest.job = told.job AND newest.due_at = told.due_at
GROUP BY told.job, told.due_at
