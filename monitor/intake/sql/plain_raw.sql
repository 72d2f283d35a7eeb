-- Purpose: the cells of a plain text file as they stand, each row with its line; columns that the file does not have are empty
-- throughout. No cell is null: none can hold the end of its row.
-- Parameters (variables): path, columns (the file's own, in their order), present (their names), separator, line_end, skip (lines up to the header).
SELECT CAST(getvariable('skip') + ROW_NUMBER() OVER () AS INTEGER) AS line,
       COLUMNS(name -> list_contains(getvariable('present'), name)),
       coalesce(COLUMNS(name -> NOT list_contains(getvariable('present'), name)), '')
FROM (
    SELECT *
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
    UNION ALL BY NAME
    SELECT
        '' AS indicator_id, '' AS region_code, '' AS period, '' AS numerator, '' AS denominator, '' AS part_unit, '' AS "value",
        '' AS unit, '' AS comparator, '' AS vintage, '' AS synthetic, '' AS note, '' AS source, '' AS published_on, '' AS grade,
        '' AS absent -- so that there is always one
    WHERE FALSE
)
