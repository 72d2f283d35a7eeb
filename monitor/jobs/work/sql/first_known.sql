-- When $job was known here first.
SELECT min("at") FROM job_switch WHERE job = $job
