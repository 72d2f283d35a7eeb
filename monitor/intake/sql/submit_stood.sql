-- The figures of the revision in force (`in_force` 1) and of the one that waits (0) of each part of the file, read once for
-- everything that compares with them. Region, period and vintage are those of the part: each column of `observation` is
-- read for all of it, texts with gaps at seven times the cost of a number (what is said beside figures: submit_alike.sql).
-- `figure`: as text, null where there is none.
CREATE TEMP TABLE stood AS
SELECT k.number, k.in_force, k.submission_id, o.indicator_id, b.region_code, b.period, b.vintage, o.state, o.numerator,
       o.denominator, o.part_unit, o.value, o.unit, o.comparator, o.synthetic, o.published_on,
       CASE WHEN o.state = 'value'
            THEN coalesce(rtrim(rtrim(CAST(o.value AS VARCHAR), '0'), '.'),
                          rtrim(rtrim(CAST(o.numerator AS VARCHAR), '0'), '.') || ' / '
                              || rtrim(rtrim(CAST(o.denominator AS VARCHAR), '0'), '.'), '') END AS figure
FROM (
    SELECT number, in_force_id AS submission_id, 1 AS in_force FROM standing WHERE in_force_id IS NOT NULL
    UNION ALL
    SELECT number, pending_id, 0 FROM standing WHERE pending_id IS NOT NULL
) AS k
JOIN bundle AS b ON b.number = k.number
JOIN observation AS o ON o.submission_id = k.submission_id
