-- Rows that break a rule, by submission: of no submission; carried, and not what the submission said that sent them;
-- with a number where there is none, or none where there is one; of a state that is not known.
-- Parameters: first, last (submission_id).
SELECT fault, submission_id, COUNT(*) AS rows
FROM (
    SELECT 'no_submission' AS fault, o.submission_id
    FROM observation AS o
    LEFT JOIN submission AS s ON s.submission_id = o.submission_id
    WHERE o.submission_id BETWEEN $first AND $last AND s.submission_id IS NULL
    UNION ALL
    SELECT 'carried', c.submission_id
    FROM observation AS c
    JOIN submission AS s ON s.submission_id = c.submission_id
    LEFT JOIN observation AS o ON o.submission_id = c.carried_from AND o.indicator_id = c.indicator_id
        AND o.carried_from IS NULL AND o.region_code = c.region_code AND o.period = c.period AND o.vintage = c.vintage
        AND o.state = c.state AND o.unit = c.unit AND o.comparator = c.comparator AND o.synthetic = c.synthetic
        AND o.numerator IS NOT DISTINCT FROM c.numerator AND o.denominator IS NOT DISTINCT FROM c.denominator
        AND o.value IS NOT DISTINCT FROM c.value AND o.part_unit IS NOT DISTINCT FROM c.part_unit
        AND o.note IS NOT DISTINCT FROM c.note AND o.source IS NOT DISTINCT FROM c.source
        AND o.published_on IS NOT DISTINCT FROM c.published_on AND o.grade IS NOT DISTINCT FROM c.grade
    WHERE c.submission_id BETWEEN $first AND $last AND c.carried_from IS NOT NULL AND o.submission_id IS NULL
    UNION ALL
    SELECT 'numbers', submission_id
    FROM observation
    WHERE submission_id BETWEEN $first AND $last
      AND (state NOT IN ('value', 'missing', 'not_applicable', 'withheld')
        OR (state = 'value' AND value IS NULL AND numerator IS NULL)
        OR (state <> 'value' AND coalesce(value, numerator, denominator) IS NOT NULL))
) AS broken
GROUP BY fault, submission_id
ORDER BY submission_id, fault
