-- Requests that no run answers yet, in order.
SELECT request_id, job, "at", asked_by FROM job_request
WHERE request_id NOT IN (SELECT request_id FROM job_run WHERE request_id IS NOT NULL)
ORDER BY request_id
