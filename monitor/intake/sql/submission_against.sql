-- The cells in which a submission differs from another one, with what the other one says.
-- Parameters: submission_id, other_id.
SELECT coalesce(n.indicator_id, o.indicator_id) AS indicator_id,
       o.state, o.numerator, o.denominator, o.part_unit, o.value, o.unit, o.comparator
FROM (
    SELECT * FROM observation WHERE submission_id = $submission_id AND carried_from IS NULL
) AS n
FULL JOIN (
    SELECT * FROM observation WHERE submission_id = $other_id AND carried_from IS NULL
) AS o ON o.indicator_id = n.indicator_id
WHERE n.indicator_id IS NULL OR o.indicator_id IS NULL
   OR n.state <> o.state OR n.unit <> o.unit OR n.comparator <> o.comparator
   OR n.numerator IS DISTINCT FROM o.numerator OR n.denominator IS DISTINCT FROM o.denominator
   OR n.part_unit IS DISTINCT FROM o.part_unit OR n.value IS DISTINCT FROM o.value
ORDER BY 1
