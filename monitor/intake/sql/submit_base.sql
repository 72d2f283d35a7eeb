-- What is known of each part's cells: what the waiting revision says, else what is in force. `figure`: one of them, as
-- text; null where neither has one. A cell stands in these two revisions at most, the waiting one being the later.
CREATE TEMP TABLE base AS
SELECT o.number, o.indicator_id, o.submission_id, o.state, o.numerator, o.denominator, o.part_unit, o.value, o.unit,
       o.comparator, o.synthetic, o.published_on, greatest(o.figure, w.figure) AS figure,
       greatest(o.in_force, w.in_force) AS in_force
FROM stood AS o
LEFT JOIN stood AS w ON w.number = o.number AND w.indicator_id = o.indicator_id AND w.submission_id <> o.submission_id
WHERE w.submission_id IS NULL OR w.submission_id < o.submission_id
