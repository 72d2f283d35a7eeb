-- Purpose: whether the rows of the staging file stand in the order of the file that was read, one on each line. Where not, they
-- may all the same.
-- Parameters (variables): staging, the path of the staging file.
SELECT MIN(line - file_row_number) = MAX(line - file_row_number)
FROM read_parquet(getvariable('staging'), file_row_number = true)
