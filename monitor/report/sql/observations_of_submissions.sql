-- The figures that came in these submissions, as they were sent.
-- $submission_ids: list; $indicator: a code, or NULL for all.
SELECT o.indicator_id, o.region_code, o.period, o.vintage, o.state, o.value, o.numerator, o.denominator,
       o.part_unit, o.unit, o.comparator, o.synthetic, o.note, o.source, o.published_on, o.grade, o.submission_id
FROM observation AS o
JOIN (SELECT unnest($submission_ids) AS submission_id) AS decided ON decided.submission_id = o.submission_id
WHERE CAST($indicator AS VARCHAR) IS NULL OR o.indicator_id = $indicator
ORDER BY o.indicator_id, o.region_code, o.period, o.vintage, o.submission_id, o.line
