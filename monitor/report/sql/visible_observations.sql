-- Which accepted figures are known as of T, with the submission each came in.
-- Of each (reporting unit, form, period, vintage) the last revision accepted at or before T counts, whole.
-- $as_of: UTC timestamp T; $indicator, $region: a code, or NULL for all.
SELECT o.indicator_id, o.region_code, o.period, o.vintage, o.state, o.value, o.numerator, o.denominator,
       o.part_unit, o.unit, o.comparator, o.synthetic, o.note, o.source, o.published_on, o.grade,
       v.submission_id, v.revision, v.accepted_at, v.estimated
FROM observation AS o
JOIN (
    SELECT s.submission_id, s.revision, s.estimated, e.at AS accepted_at,
           ROW_NUMBER() OVER (
               PARTITION BY s.region_code, s.form, s.period, s.vintage ORDER BY s.revision DESC, e.seq DESC
           ) AS place
    FROM submission AS s
    JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
    WHERE e.at <= CAST($as_of AS TIMESTAMP)
) AS v ON v.submission_id = o.submission_id
WHERE v.place = 1
  AND (CAST($indicator AS VARCHAR) IS NULL OR o.indicator_id = $indicator)
  AND (CAST($region AS VARCHAR) IS NULL OR o.region_code = $region)
ORDER BY o.indicator_id, o.region_code, o.period, o.vintage, v.submission_id, o.line
