-- Purpose: the first row below the header, as it stands.
SELECT * FROM raw ORDER BY line LIMIT 1
