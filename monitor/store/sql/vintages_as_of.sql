-- Every accepted row of the cells at T, whatever its vintage, `plan` included: what a page shows beside the preferred one.
-- Parameters: as_of (UTC, null = no limit), indicator_ids, region_codes and periods (lists; the last two null = all).
SELECT o.indicator_id, o.region_code, o.period, o.vintage, o.state, o.numerator, o.denominator, o.part_unit,
       o.value, o.unit, o.comparator, o.synthetic, o.published_on, o.submission_id,
       o.note, o.source, o.grade, o.carried_from, v.accepted_at, v.accepted_seq
FROM observation AS o
JOIN (
    SELECT s.submission_id, e.seq AS accepted_seq, e."at" AS accepted_at,
           ROW_NUMBER() OVER (
               PARTITION BY s.region_code, s.form, s.period, s.vintage ORDER BY s.revision DESC
           ) AS place
    FROM submission AS s
    JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
    WHERE (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
      AND ($region_codes IS NULL OR s.region_code = ANY($region_codes))
      AND ($periods IS NULL OR s.period = ANY($periods))
) AS v ON v.submission_id = o.submission_id AND v.place = 1
WHERE o.indicator_id = ANY($indicator_ids)
ORDER BY o.indicator_id, o.region_code, o.period, o.vintage, v.accepted_seq
