-- What a file would change, by line: each cell that is new or different, then the cells in force that it does not name and
-- that would be carried in. Old figure: the accepted one where that would change (`restates`), else what a waiting
-- revision says.
SELECT i.line, i.region_code, i.indicator_id, i.period, i.vintage,
       CASE WHEN i.restates THEN 'updated' ELSE i.change END AS change, i.restates,
       i.state, i.numerator, i.denominator, i.part_unit, i.value, i.unit, i.comparator,
       CASE WHEN i.restates THEN f.state ELSE k.state END AS was_state,
       CASE WHEN i.restates THEN f.numerator ELSE k.numerator END AS was_numerator,
       CASE WHEN i.restates THEN f.denominator ELSE k.denominator END AS was_denominator,
       CASE WHEN i.restates THEN f.part_unit ELSE k.part_unit END AS was_part_unit,
       CASE WHEN i.restates THEN f.value ELSE k.value END AS was_value,
       CASE WHEN i.restates THEN f.unit ELSE k.unit END AS was_unit,
       CASE WHEN i.restates THEN f.comparator ELSE k.comparator END AS was_comparator
FROM (
    SELECT n.*, c.change,
           f.submission_id IS NOT NULL
           AND (n.state <> f.state OR n.unit <> f.unit OR n.comparator <> f.comparator
                OR n.numerator IS DISTINCT FROM f.numerator OR n.denominator IS DISTINCT FROM f.denominator
                OR n.part_unit IS DISTINCT FROM f.part_unit OR n.value IS DISTINCT FROM f.value) AS restates
    FROM compared AS c
    JOIN incoming AS n ON n.number = c.number AND n.line = c.line AND n.indicator_id = c.indicator_id
    JOIN outcome AS o ON o.number = c.number AND o.is_new
    LEFT JOIN stood AS f ON f.number = c.number AND f.in_force = 1 AND f.indicator_id = c.indicator_id
) AS i
LEFT JOIN base AS k ON k.number = i.number AND k.indicator_id = i.indicator_id
LEFT JOIN stood AS f ON f.number = i.number AND f.in_force = 1 AND f.indicator_id = i.indicator_id
WHERE i.change <> 'unchanged' OR i.restates
UNION ALL
SELECT NULL, f.region_code, f.indicator_id, f.period, f.vintage, 'carried', FALSE,
       f.state, f.numerator, f.denominator, f.part_unit, f.value, f.unit, f.comparator,
       f.state, f.numerator, f.denominator, f.part_unit, f.value, f.unit, f.comparator
FROM stood AS f
JOIN outcome AS o ON o.number = f.number AND o.is_new
LEFT JOIN compared AS c ON c.number = f.number AND c.indicator_id = f.indicator_id
WHERE f.in_force = 1 AND c.indicator_id IS NULL
ORDER BY 1 NULLS LAST, 3
