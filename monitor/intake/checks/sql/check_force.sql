-- The figures in force of the cells that may be compared, for check_figures.sql; each with a number below 0 of its
-- submission and indicator: to number them in an order would be to sort them. Nothing of the file is asked here, so that
-- what comes of it is good for the next file too.
-- Region, period and vintage are a submission's own: each column of `observation` is read for all of it.
CREATE OR REPLACE TEMP TABLE check_force AS
SELECT -(v.submission_id * 1000000 + i.place) AS line, CAST(0 AS BIGINT) AS number,
       o.indicator_id, v.region_code, v.period, v.vintage, o.numerator, o.denominator, o.part_unit, o.value,
       o.unit, o.comparator, o.synthetic,
       -- latest publication, then latest acceptance
       ROW_NUMBER() OVER (ORDER BY o.published_on NULLS FIRST, v.accepted_seq) AS recency
FROM (
    SELECT s.submission_id, s.region_code, s.period, s.vintage, e.seq AS accepted_seq,
           ROW_NUMBER() OVER (
               PARTITION BY s.region_code, s.form, s.period, s.vintage ORDER BY s.revision DESC
           ) AS place
    FROM submission AS s
    JOIN check_region AS r ON r.region_code = s.region_code
    JOIN check_period AS p ON p.period = s.period
    JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
    WHERE s.vintage <> 'plan'
) AS v
JOIN observation AS o ON o.submission_id = v.submission_id
JOIN check_indicator AS i ON i.indicator_id = o.indicator_id
WHERE v.place = 1 AND o.state = 'value'
