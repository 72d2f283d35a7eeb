-- Remove the password of an account. Parameters: account_id.
DELETE FROM credential WHERE account_id = $account_id
