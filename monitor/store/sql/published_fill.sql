-- Fill an empty table from a published file. Filled in before it is run: table (quoted), path (quoted).
INSERT INTO main.{table} BY NAME SELECT * FROM read_parquet({path})
