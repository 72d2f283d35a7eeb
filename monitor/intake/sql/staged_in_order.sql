-- Purpose: the staged rows in the order of the file.
SELECT * FROM staged ORDER BY line
