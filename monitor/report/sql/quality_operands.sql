-- The figures of some indicators in some submissions, of every vintage, rounded to floats (quotients of parts without their
-- factor) in the unit they were sent in; of several alike the last accepted stands last. `is_point`: no bound.
-- Parameters: submission_ids (list, in the order of their acceptance), indicator_ids (list).
SELECT o.indicator_id, o.region_code, o.period, o.vintage, o.synthetic, o.comparator IN ('eq', 'approx') AS is_point,
       o.denominator IS NOT NULL AS is_ratio, o.unit,
       CASE WHEN o.denominator IS NULL THEN CAST(o.value AS DOUBLE)
            WHEN o.denominator = 0 THEN NULL
            ELSE CAST(o.numerator AS DOUBLE) / CAST(o.denominator AS DOUBLE) END AS number,
       o.submission_id
FROM observation AS o
JOIN (
    SELECT unnest($submission_ids) AS submission_id, unnest(range(len($submission_ids))) AS place
) AS decided ON decided.submission_id = o.submission_id
WHERE o.state = 'value' AND list_contains($indicator_ids, o.indicator_id)
ORDER BY decided.place, o.line
