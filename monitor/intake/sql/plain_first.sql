-- Purpose: the first row below the header, as it stands.
SELECT * FROM cells ORDER BY line LIMIT 1
