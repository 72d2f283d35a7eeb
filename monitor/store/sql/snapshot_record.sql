-- Remember a frozen moment under its name. Parameters: seq (of its event), name, moment (UTC), note (may be null).
INSERT INTO snapshot (seq, name, "at", note) VALUES ($seq, $name, $moment, $note)
