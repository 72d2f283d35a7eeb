-- The memory that the database uses now, in bytes.
SELECT CAST(SUM(memory_usage_bytes) AS BIGINT) AS bytes FROM duckdb_memory()
