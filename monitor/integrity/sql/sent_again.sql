-- What was read from an exported file, in the columns of ledger.OBSERVATION_COLUMNS. Parameters: path.
SELECT indicator_id, region_code, period, vintage, state, numerator, denominator, part_unit, value, unit, comparator,
       synthetic, note, source, published_on, grade
FROM read_parquet($path)
