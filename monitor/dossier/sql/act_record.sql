-- Add one act. Parameters: seq (of its event), kind, dossier, action, body (JSON).
INSERT INTO act (seq, kind, dossier, action, body) VALUES ($seq, $kind, $dossier, $action, $body)
