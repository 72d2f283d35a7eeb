-- What is known of each part's cells: what the waiting revision says, else what is in force. `figure`: one of them, as
-- text; null where neither has one.
CREATE TEMP TABLE base AS
SELECT number, indicator_id, state, numerator, denominator, part_unit, value, unit, comparator, synthetic, note, source,
       published_on, grade, figure, in_force
FROM (
    SELECT k.number, o.indicator_id, o.state, o.numerator, o.denominator, o.part_unit, o.value, o.unit, o.comparator,
           o.synthetic, o.note, o.source, o.published_on, o.grade,
           ROW_NUMBER() OVER (PARTITION BY k.number, o.indicator_id ORDER BY o.submission_id DESC) AS place,
           MAX(CASE WHEN o.state = 'value'
                    THEN coalesce(rtrim(rtrim(CAST(o.value AS VARCHAR), '0'), '.'),
                                  rtrim(rtrim(CAST(o.numerator AS VARCHAR), '0'), '.') || ' / '
                                      || rtrim(rtrim(CAST(o.denominator AS VARCHAR), '0'), '.'), '') END)
               OVER (PARTITION BY k.number, o.indicator_id) AS figure,
           MAX(k.in_force) OVER (PARTITION BY k.number, o.indicator_id) AS in_force
    FROM (
        SELECT number, in_force_id AS submission_id, 1 AS in_force FROM standing WHERE in_force_id IS NOT NULL
        UNION ALL
        SELECT number, pending_id, 0 FROM standing WHERE pending_id IS NOT NULL
    ) AS k
    JOIN observation AS o ON o.submission_id = k.submission_id
) AS known
WHERE place = 1
