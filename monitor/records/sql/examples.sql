-- Some records of each rule that they cannot be placed by, in an order of their own. Portable: DuckDB and Spark.
-- Filled in: shown (columns, as texts), placed (placed.sql), most.
SELECT _verdict, {shown}
FROM (
    SELECT judged.*, ROW_NUMBER() OVER (PARTITION BY _verdict ORDER BY {shown}) AS _place
    FROM (
{placed}
    ) AS judged
    WHERE _verdict NOT IN ('used', 'other_period')
) AS numbered
WHERE _place <= {most}
ORDER BY _verdict, _place
