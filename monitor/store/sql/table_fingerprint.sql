-- How many rows a table has, and the sum of their hashes, whatever their order: equal for equal rows in the same version
-- of the database. Filled in before it is run: table (quoted).
SELECT count(*), coalesce(sum(hash(t)), 0) FROM main.{table} AS t
