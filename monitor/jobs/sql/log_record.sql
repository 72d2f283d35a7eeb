-- A line of a run's log. $run_id, $line, $at, $zh, $en, $done, $total.
INSERT INTO job_log (run_id, line, "at", zh, en, done, total) VALUES ($run_id, $line, $at, $zh, $en, $done, $total)
