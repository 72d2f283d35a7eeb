-- Purpose: the cells of a plain text file (the table `cells`), and the columns that it does not have, empty throughout: to
-- store what is the same in every row took a tenth of the reader's time.
-- Parameters (variables): present, the names of the file's own columns.
SELECT line,
       COLUMNS(name -> list_contains(getvariable('present'), name)),
       coalesce(COLUMNS(name -> name <> 'line' AND NOT list_contains(getvariable('present'), name)), '')
FROM (
    SELECT * FROM cells
    UNION ALL BY NAME
    SELECT
        '' AS indicator_id, '' AS region_code, '' AS period, '' AS numerator, '' AS denominator, '' AS part_unit, '' AS "value",
        '' AS unit, '' AS comparator, '' AS vintage, '' AS synthetic, '' AS note, '' AS source, '' AS published_on, '' AS grade,
        '' AS absent -- so that there is always one
    WHERE FALSE
)
