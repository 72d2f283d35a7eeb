-- What kind of figures the cells of each unit show where some submissions decide: of each (indicator, region, period) the
-- preferred of their vintages, in the order of figures_of_submissions.sql. Parameters: submission_ids (list, those that
-- decide at a moment, in the order of their acceptance), estimated (list of booleans beside it: whether the acceptance date
-- is), indicator_ids, vintages (list, best first), ratio_ids (indicators whose figures are aggregated from their parts).
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
           decided.estimated,
           ROW_NUMBER() OVER (
               PARTITION BY o.indicator_id, o.region_code, o.period
               ORDER BY CASE WHEN o.state = 'value' THEN 0 ELSE 1 END,
                        array_position($vintages, o.vintage) NULLS LAST,
                        o.published_on DESC NULLS LAST,
                        decided.place DESC
           ) AS choice
    FROM observation AS o
    JOIN (
        SELECT unnest($submission_ids) AS submission_id, unnest($estimated) AS estimated,
               unnest(range(len($submission_ids))) AS place
    ) AS decided ON decided.submission_id = o.submission_id
    WHERE list_contains($indicator_ids, o.indicator_id)
) AS candidate
WHERE choice = 1
GROUP BY region_code
