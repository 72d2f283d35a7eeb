-- The rows of a table that belong to submissions that were accepted at some time. Filled in before it is run: table
-- (quoted), places (by which they are ordered).
SELECT t.*
FROM main.{table} AS t
WHERE t.submission_id IN (SELECT a.submission_id FROM main.event AS a WHERE a.action = 'accepted')
ORDER BY {places}
