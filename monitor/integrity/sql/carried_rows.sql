-- Submissions with a carried row that is not as the submission said it that sent it, or that none carries. No parameters.
SELECT concat('submission:', CAST(c.submission_id AS VARCHAR), ' ', c.indicator_id) AS what
FROM observation AS c
LEFT JOIN (
    -- of these alone: held beside all rows of a large store they would not fit into memory
    SELECT *
    FROM observation
    WHERE carried_from IS NULL AND submission_id IN (SELECT carried_from FROM observation WHERE carried_from IS NOT NULL)
) AS o ON o.submission_id = c.carried_from AND o.indicator_id = c.indicator_id
    AND o.region_code = c.region_code AND o.period = c.period AND o.vintage = c.vintage
    AND o.state = c.state AND o.unit = c.unit AND o.comparator = c.comparator AND o.synthetic = c.synthetic
    AND o.numerator IS NOT DISTINCT FROM c.numerator AND o.denominator IS NOT DISTINCT FROM c.denominator
    AND o.value IS NOT DISTINCT FROM c.value AND o.part_unit IS NOT DISTINCT FROM c.part_unit
    AND o.note IS NOT DISTINCT FROM c.note AND o.source IS NOT DISTINCT FROM c.source
    AND o.published_on IS NOT DISTINCT FROM c.published_on AND o.grade IS NOT DISTINCT FROM c.grade
WHERE c.carried_from IS NOT NULL AND o.submission_id IS NULL
ORDER BY c.submission_id, c.indicator_id
