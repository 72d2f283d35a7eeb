-- A job is paused, or goes on. $job, $paused, $at, $by.
INSERT INTO job_switch (switch_id, job, paused, "at", made_by)
SELECT coalesce(max(switch_id), 0) + 1, $job, $paused, $at, $by FROM job_switch
