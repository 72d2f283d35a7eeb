-- Remember a configuration. Parameters: seq (of its event), moment (UTC), hash, content (JSON).
INSERT INTO configuration (seq, "at", hash, content) VALUES ($seq, $moment, $hash, $content)
