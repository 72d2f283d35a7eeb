-- How many rows a Parquet file says it has. Filled in (quoted): file.
SELECT num_rows FROM parquet_file_metadata({file})
