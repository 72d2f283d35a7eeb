-- How many keys come more than once within the period. Portable: DuckDB and Spark. Filled in: repeated_keys (repeated_keys.sql).
SELECT COUNT(*) AS keys
FROM (
{repeated_keys}
) AS repeated
