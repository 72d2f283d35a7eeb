-- Write the explanation of one query (line, rule) of a submission, given with the event `seq`.
-- Parameters: seq, submission_id, line, rule, text.
INSERT INTO explanation (seq, submission_id, line, rule, text) VALUES ($seq, $submission_id, $line, $rule, $text)
