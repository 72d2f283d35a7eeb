-- All rows of a table. Filled in before it is run: table (quoted), places (by which they are ordered).
SELECT t.* FROM main.{table} AS t ORDER BY {places}
