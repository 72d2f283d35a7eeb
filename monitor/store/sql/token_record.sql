-- Add one token with the next number and return that number.
-- Parameters: hash (SHA-256, hexadecimal), name, role, regions, indicators, departments (JSON lists, null = all),
-- created_at, created_by, expires_at.
INSERT INTO token (token_id, hash, name, role, regions, indicators, departments, created_at, created_by, expires_at)
SELECT coalesce(MAX(token_id), 0) + 1, $hash, $name, $role, $regions, $indicators, $departments, $created_at,
       $created_by, $expires_at
FROM token
RETURNING token_id
