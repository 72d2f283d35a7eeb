-- Copy into each chosen submission the cells it does not name, from the revision in force, each marked with the
-- submission that sent it.
INSERT INTO observation
SELECT c.submission_id, NULL, o.indicator_id, o.region_code, o.period, o.state, o.numerator, o.denominator, o.part_unit,
       o.value, o.unit, o.comparator, o.vintage, o.synthetic, o.note, o.source, o.published_on, o.grade,
       coalesce(o.carried_from, o.submission_id)
FROM chosen AS c
JOIN observation AS o ON o.submission_id = c.replaced_id
LEFT JOIN (
    SELECT n.submission_id, n.indicator_id FROM observation AS n JOIN chosen AS k ON k.submission_id = n.submission_id
) AS named ON named.submission_id = c.submission_id AND named.indicator_id = o.indicator_id
WHERE named.submission_id IS NULL
ORDER BY c.submission_id, o.indicator_id
