-- Add one attempt to send a mail. Parameters: mail_id, moment (UTC), outcome (sent | failed), detail (may be null).
INSERT INTO mail_attempt (mail_id, "at", outcome, detail) VALUES ($mail_id, $moment, $outcome, $detail)
