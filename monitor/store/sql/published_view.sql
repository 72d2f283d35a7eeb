-- Published files under the name of the table that they are. Filled in before it is run: table (quoted), paths (a list).
CREATE VIEW main.{table} AS SELECT * FROM read_parquet({paths})
