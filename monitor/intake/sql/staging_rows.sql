-- Purpose: the rows of the staging file: the first of every cell, in the order of `staged`.
-- Parameters (variables): sheet, the sheet read, NULL for a text file; repeats, the lines of later rows that say the same.
SELECT
    line, CAST(getvariable('sheet') AS VARCHAR) AS sheet, indicator_id, region_code, period, state, numerator, denominator, part_unit,
    "value", unit, comparator, vintage, synthetic, note, source, published_on, grade
FROM staged
WHERE line NOT IN (SELECT UNNEST(getvariable('repeats')))
