-- How many of the chosen submissions replace another.
SELECT COUNT(replaced_id) FROM chosen
