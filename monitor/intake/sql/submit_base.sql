-- What is known of each part's cells: what the waiting revision says, else what is in force. `figure`: one of them, as
-- text; null where neither has one.
CREATE TEMP TABLE base AS
SELECT number, indicator_id, state, numerator, denominator, part_unit, value, unit, comparator, synthetic, note, source,
       published_on, grade, figure, in_force
FROM (
    SELECT o.number, o.indicator_id, o.state, o.numerator, o.denominator, o.part_unit, o.value, o.unit, o.comparator,
           o.synthetic, o.note, o.source, o.published_on, o.grade,
           ROW_NUMBER() OVER (PARTITION BY o.number, o.indicator_id ORDER BY o.submission_id DESC) AS place,
           MAX(CASE WHEN o.state = 'value'
                    THEN coalesce(rtrim(rtrim(CAST(o.value AS VARCHAR), '0'), '.'),
                                  rtrim(rtrim(CAST(o.numerator AS VARCHAR), '0'), '.') || ' / '
                                      || rtrim(rtrim(CAST(o.denominator AS VARCHAR), '0'), '.'), '') END)
               OVER (PARTITION BY o.number, o.indicator_id) AS figure,
           MAX(o.in_force) OVER (PARTITION BY o.number, o.indicator_id) AS in_force
    FROM stood AS o
) AS known
WHERE place = 1
