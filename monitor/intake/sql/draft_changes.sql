-- What a file would change, by line: each cell that is new or different beside what is known of it, then the cells in force
-- that it does not name and that would be carried in. `restates`: the figure that would change is accepted.
SELECT i.line, i.region_code, i.indicator_id, i.period, i.vintage, c.change,
       k.in_force = 1 AND c.change = 'updated' AS restates,
       i.state, i.numerator, i.denominator, i.part_unit, i.value, i.unit, i.comparator,
       k.state AS was_state, k.numerator AS was_numerator, k.denominator AS was_denominator,
       k.part_unit AS was_part_unit, k.value AS was_value, k.unit AS was_unit, k.comparator AS was_comparator
FROM compared AS c
JOIN incoming AS i ON i.number = c.number AND i.line = c.line AND i.indicator_id = c.indicator_id
LEFT JOIN base AS k ON k.number = c.number AND k.indicator_id = c.indicator_id
WHERE c.change <> 'unchanged'
UNION ALL
SELECT NULL, b.region_code, k.indicator_id, b.period, b.vintage, 'carried', FALSE,
       k.state, k.numerator, k.denominator, k.part_unit, k.value, k.unit, k.comparator,
       k.state, k.numerator, k.denominator, k.part_unit, k.value, k.unit, k.comparator
FROM base AS k
JOIN bundle AS b ON b.number = k.number
JOIN outcome AS o ON o.number = k.number AND o.is_new
LEFT JOIN compared AS c ON c.number = k.number AND c.indicator_id = k.indicator_id
WHERE c.indicator_id IS NULL AND k.in_force = 1
ORDER BY 1 NULLS LAST, 3
