-- The newest runs with their ends and the newest lines of their logs; $job and $run_id: null for all; $limit.
WITH asked AS (
    SELECT * FROM job_run
    WHERE (CAST($job AS VARCHAR) IS NULL OR job = $job) AND (CAST($run_id AS BIGINT) IS NULL OR run_id = $run_id)
    ORDER BY run_id DESC
    LIMIT $limit
),
said AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY run_id ORDER BY line DESC) AS newest
    FROM job_log WHERE run_id IN (SELECT run_id FROM asked)
)
SELECT
    asked.run_id, asked.job, asked.due_at, asked.started_at, asked.started_by, job_end.ended_at, job_end.result,
    job_end.zh, job_end.en, job_end.touched, said.line, said."at", said.zh, said.en, said.done, said.total
FROM asked
LEFT JOIN job_end ON job_end.run_id = asked.run_id
LEFT JOIN said ON said.run_id = asked.run_id AND said.newest = 1
ORDER BY asked.run_id DESC
