-- Requests of runs that are about to go ($before: they began before), but for the newest request: numbers are not used twice.
DELETE FROM job_request
WHERE request_id IN (SELECT request_id FROM job_run WHERE started_at < $before AND request_id IS NOT NULL)
AND request_id NOT IN (SELECT max(request_id) FROM job_request)
