-- The columns of one Parquet file and their types. Filled in (quoted): file.
DESCRIBE SELECT * FROM read_parquet({file}, hive_partitioning = false)
