-- The password hash of an account. Parameters: account_id.
SELECT hash, one_time, set_at FROM credential WHERE account_id = $account_id
