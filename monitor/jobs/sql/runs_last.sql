-- Of each job the newest run, the newest that ended and the newest that was done; columns as runs.sql.
WITH told AS (
    SELECT
        job_run.run_id, job_run.job, job_run.due_at, job_run.started_at, job_run.started_by, job_end.ended_at,
        job_end.result, job_end.zh, job_end.en, job_end.touched,
        ROW_NUMBER() OVER (PARTITION BY job_run.job ORDER BY job_run.run_id DESC) AS newest,
        ROW_NUMBER() OVER (
            PARTITION BY job_run.job ORDER BY CASE WHEN job_end.result IS NULL THEN 1 ELSE 0 END, job_run.run_id DESC
        ) AS newest_ended,
        ROW_NUMBER() OVER (
            PARTITION BY job_run.job ORDER BY CASE WHEN job_end.result = 'done' THEN 0 ELSE 1 END, job_run.run_id DESC
        ) AS newest_done
    FROM job_run LEFT JOIN job_end ON job_end.run_id = job_run.run_id
),
asked AS (SELECT * FROM told WHERE newest = 1 OR newest_ended = 1 OR newest_done = 1),
said AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY run_id ORDER BY line DESC) AS newest
    FROM job_log WHERE run_id IN (SELECT run_id FROM asked)
)
SELECT
    asked.run_id, asked.job, asked.due_at, asked.started_at, asked.started_by, asked.ended_at, asked.result, asked.zh,
    asked.en, asked.touched, said.line, said."at", said.zh, said.en, said.done, said.total
FROM asked LEFT JOIN said ON said.run_id = asked.run_id AND said.newest = 1
ORDER BY asked.run_id DESC
