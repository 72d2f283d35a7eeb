-- Make room for a view of the same name. Filled in before it is run: table (quoted), aside (quoted).
ALTER TABLE main.{table} RENAME TO {aside}
