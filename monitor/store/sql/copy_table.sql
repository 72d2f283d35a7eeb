-- All rows of a table into the same table of the copy. Filled in before it is run: copy, table (quoted).
INSERT INTO {copy}.main.{table} SELECT * FROM main.{table}
