-- Add one event at the end and return its sequence number.
-- Parameters: moment (UTC), actor, action, submission_id, receipt_id, detail (JSON; the last three may be null).
INSERT INTO event (seq, "at", actor, action, submission_id, receipt_id, detail)
SELECT coalesce(MAX(seq), 0) + 1, $moment, $actor, $action, $submission_id, $receipt_id, $detail
FROM event
RETURNING seq
