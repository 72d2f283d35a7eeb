-- What kind of figures the cells of each unit show at T: of each (indicator, region, period) the preferred of the accepted
-- vintages, chosen as in figures_as_of.sql. Parameters: as_of (UTC, null = no limit), indicator_ids, region_codes, vintages
-- (list, best first), ratio_ids (indicators whose figures are aggregated from numerator and denominator).
SELECT region_code, COUNT(*) AS cells,
       SUM(CASE WHEN state = 'value' THEN 1 ELSE 0 END) AS with_value,
       SUM(CASE WHEN state = 'missing' THEN 1 ELSE 0 END) AS missing,
       SUM(CASE WHEN state = 'withheld' THEN 1 ELSE 0 END) AS withheld,
       SUM(CASE WHEN state = 'not_applicable' THEN 1 ELSE 0 END) AS not_applicable,
       SUM(CASE WHEN state = 'value' AND vintage = 'flash' THEN 1 ELSE 0 END) AS flash,
       SUM(CASE WHEN state = 'value' AND comparator NOT IN ('eq', 'approx') THEN 1 ELSE 0 END) AS bounds,
       SUM(CASE WHEN state = 'value' AND comparator = 'approx' THEN 1 ELSE 0 END) AS approximate,
       SUM(CASE WHEN state = 'value' AND synthetic THEN 1 ELSE 0 END) AS synthetic_values,
       SUM(CASE WHEN state = 'value' AND estimated THEN 1 ELSE 0 END) AS estimated_values,
       SUM(CASE WHEN carried_from IS NOT NULL THEN 1 ELSE 0 END) AS carried,
       SUM(CASE WHEN state = 'value' AND denominator IS NULL AND list_contains($ratio_ids, indicator_id)
                THEN 1 ELSE 0 END) AS without_parts
FROM (
    SELECT o.indicator_id, o.region_code, o.vintage, o.state, o.denominator, o.comparator, o.synthetic, o.carried_from,
           v.estimated,
           ROW_NUMBER() OVER (
               PARTITION BY o.indicator_id, o.region_code, o.period
               ORDER BY CASE WHEN o.state = 'value' THEN 0 ELSE 1 END,
                        array_position($vintages, o.vintage) NULLS LAST,
                        o.published_on DESC NULLS LAST,
                        v.accepted_seq DESC
           ) AS choice
    FROM observation AS o
    JOIN (
        SELECT s.submission_id, s.estimated, e.seq AS accepted_seq,
               ROW_NUMBER() OVER (
                   PARTITION BY s.region_code, s.form, s.period, s.vintage ORDER BY s.revision DESC
               ) AS place
        FROM submission AS s
        JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
        WHERE (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
          AND s.vintage <> 'plan' AND s.region_code = ANY($region_codes)
    ) AS v ON v.submission_id = o.submission_id AND v.place = 1
    WHERE list_contains($indicator_ids, o.indicator_id) AND list_contains($region_codes, o.region_code)
) AS candidate
WHERE choice = 1
GROUP BY region_code
