-- Write the figures of the new revisions.
INSERT INTO observation
SELECT o.submission_id, i.line, i.indicator_id, i.region_code, i.period, i.state, i.numerator, i.denominator, i.part_unit,
       i.value, i.unit, i.comparator, i.vintage, i.synthetic, i.note, i.source, i.published_on, i.grade, NULL
FROM incoming AS i
JOIN outcome AS o ON o.number = i.number
WHERE o.is_new
