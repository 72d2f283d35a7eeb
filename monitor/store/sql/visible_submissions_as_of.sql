-- Which submissions decide the figures known at T: of each (region, form, period, vintage) the latest revision that
-- had been accepted by then.
-- Parameters: as_of (UTC, null = no limit), region_codes and periods (lists, null = all).
SELECT submission_id, region_code, form, period, vintage, revision, estimated, accepted_at, accepted_seq
FROM (
    SELECT s.submission_id, s.region_code, s.form, s.period, s.vintage, s.revision, s.estimated,
           e."at" AS accepted_at, e.seq AS accepted_seq,
           ROW_NUMBER() OVER (
               PARTITION BY s.region_code, s.form, s.period, s.vintage ORDER BY s.revision DESC
           ) AS place
    FROM submission AS s
    JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
    WHERE (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
      AND ($region_codes IS NULL OR s.region_code = ANY($region_codes))
      AND ($periods IS NULL OR s.period = ANY($periods))
) AS accepted
WHERE place = 1
ORDER BY region_code, form, period, vintage
