-- What came of a run. $run_id, $at, $result, $zh, $en, $touched (JSON).
INSERT INTO job_end (run_id, ended_at, result, zh, en, touched) VALUES ($run_id, $at, $result, $zh, $en, $touched)
