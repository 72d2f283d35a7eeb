-- The figures in force at T of some indicators, of every vintage, rounded to floats (quotients of parts without their factor)
-- in the unit they were sent in; of several alike the last accepted stands last. `is_point`: no bound.
-- Parameters: as_of (UTC, null = no limit), indicator_ids and region_codes (lists).
SELECT o.indicator_id, o.region_code, o.period, o.vintage, o.synthetic, o.comparator IN ('eq', 'approx') AS is_point,
       o.denominator IS NOT NULL AS is_ratio, o.unit,
       CASE WHEN o.denominator IS NULL THEN CAST(o.value AS DOUBLE)
            WHEN o.denominator = 0 THEN NULL
            ELSE CAST(o.numerator AS DOUBLE) / CAST(o.denominator AS DOUBLE) END AS number,
       o.submission_id
FROM observation AS o
JOIN (
    SELECT s.submission_id, e.seq AS accepted_seq,
           ROW_NUMBER() OVER (
               PARTITION BY s.region_code, s.form, s.period, s.vintage ORDER BY s.revision DESC
           ) AS place
    FROM submission AS s
    JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
    WHERE (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
      AND s.vintage <> 'plan' AND s.region_code = ANY($region_codes)
) AS v ON v.submission_id = o.submission_id AND v.place = 1
WHERE o.state = 'value'
  AND list_contains($indicator_ids, o.indicator_id) AND list_contains($region_codes, o.region_code)
ORDER BY v.accepted_seq, o.line
