-- Add one version of an account. Parameters: one for each column; account_id null = the next number. Returns it.
INSERT INTO account (account_id, version, login, name, role, regions, indicators, departments, disabled, "at", made_by)
SELECT coalesce($account_id, (SELECT coalesce(MAX(account_id), 0) + 1 FROM account)), $version, $login, $name, $role,
       $regions, $indicators, $departments, $disabled, $moment, $made_by
RETURNING account_id
