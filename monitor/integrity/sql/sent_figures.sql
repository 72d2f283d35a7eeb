-- Every row that was ever sent or carried of an indicator, but baselines. Parameters: indicator_id.
SELECT submission_id, region_code, period, vintage, state, numerator, denominator, part_unit, value, unit, comparator,
       synthetic, published_on
FROM observation
WHERE indicator_id = $indicator_id AND vintage <> 'plan'
