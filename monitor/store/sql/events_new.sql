-- The events after one, in no order: the fewer words, the sooner every commit is done. Parameters: seq.
SELECT seq, "at", actor, action, submission_id, receipt_id, detail FROM event WHERE seq > $seq
