-- What whoever wrote a Parquet file said about all of it. Filled in (quoted): file.
SELECT key, value FROM parquet_kv_metadata({file})
