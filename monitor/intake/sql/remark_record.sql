-- Write a reviewer's word at one indicator of a submission (null: on the whole), said with the event `seq`.
-- Parameters: seq, submission_id, indicator_id, text.
INSERT INTO remark (seq, submission_id, indicator_id, text) VALUES ($seq, $submission_id, $indicator_id, $text)
