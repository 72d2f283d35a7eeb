-- All rows of a Parquet file into an empty table. Filled in before it is run: table, path (both quoted).
INSERT INTO main.{table} SELECT * FROM read_parquet({path})
