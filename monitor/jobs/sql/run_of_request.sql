-- The run that answers $request_id.
SELECT run_id FROM job_run WHERE request_id = $request_id
