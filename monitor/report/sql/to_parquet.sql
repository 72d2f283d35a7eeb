-- Rows into a Parquet file, in their order.
-- Filled in (names and texts quoted): columns, rows, path.
COPY (SELECT {columns} FROM {rows}) TO {path} (FORMAT parquet, USE_TMP_FILE false)
