-- The declared table of records, empty: what expressions are tried against.
-- Filled in (checked names and types): table, columns.
CREATE TEMP TABLE {table} ({columns})
