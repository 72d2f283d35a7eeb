-- The figure each cell shows where these submissions decide: one row per (indicator, region, period), the preferred of
-- their vintages, in the order of store/sql/figures_as_of.sql. Of `plan` rows, give no vintages.
-- Parameters: submission_ids (list, those that decide at a moment), indicator_ids (list), vintages (list, best first).
SELECT indicator_id, region_code, period, vintage, state, numerator, denominator, part_unit, value, unit, comparator,
       synthetic, published_on, submission_id
FROM (
    SELECT o.indicator_id, o.region_code, o.period, o.vintage, o.state, o.numerator, o.denominator, o.part_unit,
           o.value, o.unit, o.comparator, o.synthetic, o.published_on, o.submission_id,
           ROW_NUMBER() OVER (
               PARTITION BY o.indicator_id, o.region_code, o.period
               ORDER BY CASE WHEN o.state = 'value' THEN 0 ELSE 1 END,
                        array_position($vintages, o.vintage) NULLS LAST,
                        o.published_on DESC NULLS LAST,
                        decided.place DESC
           ) AS choice
    FROM observation AS o
    JOIN (
        SELECT unnest($submission_ids) AS submission_id, unnest(range(len($submission_ids))) AS place
    ) AS decided ON decided.submission_id = o.submission_id
    WHERE list_contains($indicator_ids, o.indicator_id)
) AS candidate
WHERE choice = 1
