-- How many rows vintages_as_of.sql gives of each unit: to find a page of a long list without reading what is before it.
-- Parameters: as_of (UTC, null = no limit), indicator_ids, region_codes and periods (lists; the last two null = all).
SELECT o.indicator_id, o.region_code, COUNT(*) AS accepted, 0 AS waiting
FROM observation AS o
JOIN (
    SELECT s.submission_id,
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
GROUP BY o.indicator_id, o.region_code
ORDER BY o.indicator_id, o.region_code
