-- Make room for a view of the same name. Filled in before it is run: table (quoted).
DROP TABLE main.{table}
