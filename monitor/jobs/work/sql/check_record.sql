-- What one integrity check found in a run. $run_id, $name, $severity, $found, $examples (JSON), $seconds.
INSERT INTO check_result (run_id, name, severity, found, examples, seconds)
VALUES ($run_id, $name, $severity, $found, $examples, $seconds)
