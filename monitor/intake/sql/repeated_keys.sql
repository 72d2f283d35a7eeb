-- Purpose: rows that name the cell of an earlier row again, and whether they say the same about it.
-- Parameters: none. Reads the table `staged`. Figures given in different units count as different.
-- Columns: line, first_line, indicator_id, region_code, period, vintage, same.
SELECT
    later.line,
    repeated.first_line,
    later.indicator_id,
    later.region_code,
    later.period,
    later.vintage,
    later.state IS NOT DISTINCT FROM first_row.state
        AND later.numerator IS NOT DISTINCT FROM first_row.numerator
        AND later.denominator IS NOT DISTINCT FROM first_row.denominator
        AND later.part_unit IS NOT DISTINCT FROM first_row.part_unit
        AND later."value" IS NOT DISTINCT FROM first_row."value"
        AND later.unit IS NOT DISTINCT FROM first_row.unit
        AND later.comparator IS NOT DISTINCT FROM first_row.comparator
        AND later.synthetic IS NOT DISTINCT FROM first_row.synthetic AS same
FROM (
    SELECT indicator_id, region_code, period, vintage, MIN(line) AS first_line
    FROM staged
    GROUP BY indicator_id, region_code, period, vintage
    HAVING COUNT(*) > 1
) AS repeated
JOIN staged AS first_row ON first_row.line = repeated.first_line
JOIN staged AS later
    ON later.indicator_id = repeated.indicator_id
    AND later.region_code = repeated.region_code
    AND later.period = repeated.period
    AND later.vintage = repeated.vintage
    AND later.line > repeated.first_line
ORDER BY later.line
