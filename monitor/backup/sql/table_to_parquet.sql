-- All rows of a table into a Parquet file. Filled in before it is run: table, path (both quoted).
COPY (SELECT * FROM main.{table}) TO {path} (FORMAT parquet, COMPRESSION zstd)
