-- The submissions with how many rows they say they have, in order: to check them a number of rows at a time.
SELECT submission_id, row_count FROM submission ORDER BY submission_id
