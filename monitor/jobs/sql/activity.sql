-- The last moment of each day, between $since and $until, on which anything happened here: an event, or work that was done.
SELECT max(moment)
FROM (
    SELECT "at" AS moment FROM event
    UNION ALL
    SELECT job_run.started_at AS moment
    FROM job_run JOIN job_end ON job_end.run_id = job_run.run_id
    WHERE job_end.result = 'done'
) AS happened
WHERE moment >= $since AND moment <= $until
GROUP BY CAST(moment AS DATE)
ORDER BY 1
