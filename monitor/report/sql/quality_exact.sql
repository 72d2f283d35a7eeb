-- The exact figures of some indicators in some submissions, as `to_sent` reads them.
-- Parameters: submission_ids and indicator_ids (lists).
SELECT o.indicator_id, o.region_code, o.period, o.vintage, o.state, o.numerator, o.denominator, o.part_unit, o.value,
       o.unit, o.comparator, o.synthetic, o.published_on, o.submission_id
FROM observation AS o
JOIN (SELECT DISTINCT unnest($submission_ids) AS submission_id) AS chosen ON chosen.submission_id = o.submission_id
WHERE o.state = 'value' AND list_contains($indicator_ids, o.indicator_id)
