-- The last switch of each job.
SELECT job, paused, "at", made_by
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY job ORDER BY switch_id DESC) AS newest FROM job_switch) AS told
WHERE newest = 1
