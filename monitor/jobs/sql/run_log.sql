-- The lines of the log of $run_id after line $after, in order.
SELECT line, "at", zh, en, done, total FROM job_log WHERE run_id = $run_id AND line > $after ORDER BY line
