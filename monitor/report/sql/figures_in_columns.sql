-- What some submissions say of some indicators, every row, as numbers: of many thousand rows texts would cost most.
-- A figure is the nearest double, exact below 100000; from there on also what it has behind the point, if `exactly`,
-- which also tells of each its day of publication. `kind` holds one behind the other the place of the indicator, whether
-- it is synthetic, the places of its state and comparator (a digit each), of its unit and that of its parts (three digits
-- each), from 1, in the lists; 0 is none of them. Parameters: submission_ids (an array), periods (all of theirs),
-- indicator_ids, states, comparators, units (lists), exactly.
SELECT o.submission_id, CAST(o.numerator AS DOUBLE) AS numerator, CAST(o.denominator AS DOUBLE) AS denominator,
       CAST(o.value AS DOUBLE) AS value,
       CASE WHEN $exactly AND abs(o.numerator) >= 100000 THEN CAST(o.numerator % 1 AS DOUBLE) END AS numerator_rest,
       CASE WHEN $exactly AND abs(o.denominator) >= 100000 THEN CAST(o.denominator % 1 AS DOUBLE) END
           AS denominator_rest,
       CASE WHEN $exactly AND abs(o.value) >= 100000 THEN CAST(o.value % 1 AS DOUBLE) END AS value_rest,
       CAST(array_position($indicator_ids, o.indicator_id) AS BIGINT) * 1000000000
           + CASE WHEN o.synthetic THEN 100000000 ELSE 0 END
           + coalesce(array_position($states, o.state), 0) * 10000000
           + coalesce(array_position($comparators, o.comparator), 0) * 1000000
           + coalesce(array_position($units, o.unit), 0) * 1000
           + coalesce(array_position($units, o.part_unit), 0) AS kind,
       CASE WHEN $exactly THEN o.published_on END AS published_on
FROM observation AS o
JOIN submission_ids AS decided ON decided.number = o.submission_id
WHERE array_contains($indicator_ids, o.indicator_id) AND array_contains($periods, o.period)
