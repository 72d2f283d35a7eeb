-- The password of an account, after the one before was removed. Parameters: account_id, hash, one_time, moment (UTC).
INSERT INTO credential (account_id, hash, one_time, set_at) VALUES ($account_id, $hash, $one_time, $moment)
