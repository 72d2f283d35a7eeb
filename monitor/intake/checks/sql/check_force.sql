-- The figures in force that the file does not replace, of the cells that may be compared, each with a number below 0 of its
-- submission and indicator: to number them in an order would be to sort them.
-- Region, period and vintage are a submission's own: each column of `observation` is read for all of it.
CREATE TEMP TABLE check_force AS
SELECT -(v.submission_id * 1000000 + i.place) AS line,
       o.indicator_id, v.region_code, v.period, v.vintage, o.state, o.numerator, o.denominator, o.part_unit, o.value,
       o.unit, o.comparator, o.synthetic, o.published_on, v.submission_id, v.accepted_seq
FROM (
    SELECT s.submission_id, s.region_code, s.period, s.vintage, b.number, e.seq AS accepted_seq,
           ROW_NUMBER() OVER (
               PARTITION BY s.region_code, s.form, s.period, s.vintage ORDER BY s.revision DESC
           ) AS place
    FROM submission AS s
    JOIN check_region AS r ON r.region_code = s.region_code
    JOIN check_period AS p ON p.period = s.period
    JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
    LEFT JOIN bundle AS b ON b.region_code = s.region_code AND b.form = s.form
                         AND b.period = s.period AND b.vintage = s.vintage
    WHERE s.vintage <> 'plan'
) AS v
JOIN observation AS o ON o.submission_id = v.submission_id
JOIN check_indicator AS i ON i.indicator_id = o.indicator_id
LEFT JOIN compared AS c ON c.number = v.number AND c.indicator_id = o.indicator_id
WHERE v.place = 1 AND o.state = 'value' AND c.indicator_id IS NULL
