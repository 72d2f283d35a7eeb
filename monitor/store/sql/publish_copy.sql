-- Write what a question gives to a Parquet file. Filled in before it is run: question, path (quoted).
COPY ({question}) TO {path} (FORMAT parquet, COMPRESSION zstd)
