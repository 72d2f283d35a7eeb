-- Purpose: the rows of the file that are not among `staged`, as they stand, in their order.
SELECT r.*
FROM raw AS r
LEFT JOIN staged AS s ON s.line = r.line
WHERE s.line IS NULL
ORDER BY r.line
