-- Purpose: the rows of the staging file.
-- Parameters (variables): staging, its path.
SELECT line, indicator_id, region_code, period, state, numerator, denominator, part_unit, "value", unit, comparator, vintage,
       synthetic, note, source, published_on, grade
FROM read_parquet(getvariable('staging'))
