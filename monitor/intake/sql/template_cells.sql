-- What a unit has sent for one call and what of it stands: each indicator's row in the newest of the revision in force and
-- those that wait for review. Parameters: region, form, period, vintage.
SELECT indicator_id, state, numerator, denominator, part_unit, value, unit, comparator, synthetic, note, source,
       published_on, grade
FROM (
    SELECT o.indicator_id, o.state, o.numerator, o.denominator, o.part_unit, o.value, o.unit, o.comparator, o.synthetic,
           o.note, o.source, o.published_on, o.grade,
           ROW_NUMBER() OVER (PARTITION BY o.indicator_id ORDER BY s.revision DESC) AS place
    FROM submission AS s
    JOIN (
        SELECT e.submission_id, e.action,
               ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
        FROM event AS e
        WHERE e.action IN ('submitted', 'accepted', 'superseded', 'returned', 'withdrawn')
    ) AS l ON l.submission_id = s.submission_id AND l.place = 1
    JOIN observation AS o ON o.submission_id = s.submission_id
    WHERE s.region_code = $region AND s.form = $form AND s.period = $period AND s.vintage = $vintage
      AND l.action IN ('accepted', 'submitted')
) AS standing
WHERE place = 1
