-- One submission cell by cell beside the revision it replaces (the last accepted before it): created, updated, unchanged,
-- or carried, that is, not named by it and copied in at its acceptance (shown before that too). Old figures: `was_…`.
-- Parameters: submission_id.
SELECT coalesce(n.indicator_id, b.indicator_id) AS indicator_id, n.line,
       CASE WHEN n.indicator_id IS NULL THEN 'carried'
            WHEN b.indicator_id IS NULL THEN 'created'
            WHEN n.state = b.state AND n.unit = b.unit AND n.comparator = b.comparator AND n.synthetic = b.synthetic
                 AND n.numerator IS NOT DISTINCT FROM b.numerator AND n.denominator IS NOT DISTINCT FROM b.denominator
                 AND n.part_unit IS NOT DISTINCT FROM b.part_unit AND n.value IS NOT DISTINCT FROM b.value
                 AND n.note IS NOT DISTINCT FROM b.note AND n.source IS NOT DISTINCT FROM b.source
                 AND n.published_on IS NOT DISTINCT FROM b.published_on AND n.grade IS NOT DISTINCT FROM b.grade
            THEN 'unchanged'
            ELSE 'updated' END AS change,
       n.state, n.numerator, n.denominator, n.part_unit, n.value, n.unit, n.comparator, n.synthetic,
       n.note, n.source, n.published_on, n.grade,
       b.state AS was_state, b.numerator AS was_numerator, b.denominator AS was_denominator,
       b.part_unit AS was_part_unit, b.value AS was_value, b.unit AS was_unit, b.comparator AS was_comparator,
       coalesce(b.carried_from, b.submission_id) AS was_submission_id
FROM (
    SELECT * FROM observation WHERE submission_id = $submission_id AND carried_from IS NULL
) AS n
FULL JOIN (
    SELECT *
    FROM observation
    WHERE submission_id = (
        SELECT MAX(a.submission_id)
        FROM submission AS s
        JOIN submission AS a ON a.region_code = s.region_code AND a.form = s.form AND a.period = s.period
                            AND a.vintage = s.vintage AND a.revision < s.revision
        JOIN event AS e ON e.submission_id = a.submission_id AND e.action = 'accepted'
        WHERE s.submission_id = $submission_id
    )
) AS b ON b.indicator_id = n.indicator_id
ORDER BY n.line NULLS LAST, 1
