-- Purpose: the cells of a plain text file as they stand, each row with its line. No cell is null: none can hold the end of its row.
-- Parameters (variables): path, columns (the file's own, in their order), separator, line_end, skip (lines up to the header).
SELECT CAST(getvariable('skip') + ROW_NUMBER() OVER () AS INTEGER) AS line, *
FROM read_csv(
    getvariable('path'),
    auto_detect = false,
    header = false,
    skip = getvariable('skip'),
    delim = getvariable('separator'),
    quote = '',
    escape = '',
    new_line = getvariable('line_end'),
    nullstr = E'\n',
    parallel = false,
    columns = getvariable('columns')
)
