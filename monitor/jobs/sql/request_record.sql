-- A run is asked for. $job, $at, $by. Gives the number of the request.
INSERT INTO job_request (request_id, job, "at", asked_by)
SELECT coalesce(max(request_id), 0) + 1, $job, $at, $by FROM job_request
RETURNING request_id
