-- How often accounts were made or changed. No parameters.
SELECT count(*) FROM account
