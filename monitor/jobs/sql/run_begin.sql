-- A run begins. $job, $due_at, $at, $by, $owner, $request_id (null: nobody asked). Gives its number.
INSERT INTO job_run (run_id, job, due_at, started_at, started_by, owner, request_id)
SELECT coalesce(max(run_id), 0) + 1, $job, $due_at, $at, $by, $owner, $request_id FROM job_run
RETURNING run_id
