-- How many files got which verdict, and their bytes.
SELECT verdict, COUNT(*) AS files, CAST(SUM(size_bytes) AS BIGINT) AS bytes FROM receipt GROUP BY verdict
