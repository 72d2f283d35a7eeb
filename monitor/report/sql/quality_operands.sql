-- The figures of some indicators in some submissions, of every vintage; of several alike the last accepted stands last.
-- The first columns are those that `to_sent` reads; `number` is the figure rounded to a float (a quotient of parts without
-- its factor) in the unit it was sent in. Parameters: submission_ids (list, in the order of their acceptance),
-- indicator_ids (list).
SELECT o.indicator_id, o.region_code, o.period, o.vintage, o.state, o.numerator, o.denominator, o.part_unit, o.value,
       o.unit, o.comparator, o.synthetic, o.published_on, o.submission_id,
       CASE WHEN o.denominator IS NULL THEN CAST(o.value AS DOUBLE)
            WHEN o.denominator = 0 THEN NULL
            ELSE CAST(o.numerator AS DOUBLE) / CAST(o.denominator AS DOUBLE) END AS number
FROM observation AS o
JOIN (
    SELECT unnest($submission_ids) AS submission_id, unnest(range(len($submission_ids))) AS place
) AS decided ON decided.submission_id = o.submission_id
WHERE o.state = 'value' AND list_contains($indicator_ids, o.indicator_id)
ORDER BY decided.place, o.line
