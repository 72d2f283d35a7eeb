-- As table_fingerprint.sql of the store, of a Parquet file. Filled in before it is run: path (quoted).
SELECT count(*), coalesce(sum(hash(t)), 0) FROM read_parquet({path}) AS t
