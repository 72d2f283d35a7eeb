-- The figure each cell shows where these submissions decide: one row per (indicator, region, period), the preferred of
-- their vintages, in the order of store/sql/figures_as_of.sql. Of `plan` rows, give no vintages.
-- Parameters: accepted_seqs (list, the events by which those that decide at a moment were accepted), periods (list, all of
-- theirs; null where they are not known), indicator_ids (list), vintages (list, best first).
SELECT indicator_id, region_code, period, vintage, state, numerator, denominator, part_unit, value, unit, comparator,
       synthetic, published_on, submission_id
FROM (
    SELECT o.indicator_id, o.region_code, o.period, o.vintage, o.state, o.numerator, o.denominator, o.part_unit,
           o.value, o.unit, o.comparator, o.synthetic, o.published_on, o.submission_id,
           ROW_NUMBER() OVER (
               PARTITION BY o.indicator_id, o.region_code, o.period
               ORDER BY CASE WHEN o.state = 'value' THEN 0 ELSE 1 END,
                        NULLIF(array_position($vintages, o.vintage), 0) NULLS LAST,
                        o.published_on DESC NULLS LAST,
                        e.seq DESC
           ) AS choice
    FROM observation AS o
    JOIN event AS e ON e.submission_id = o.submission_id
    JOIN (SELECT unnest($accepted_seqs) AS seq) AS decided ON decided.seq = e.seq
    WHERE array_contains($indicator_ids, o.indicator_id)
      -- said of the observations too, so that the scan passes over what the join would throw away
      AND ($periods IS NULL OR array_contains($periods, o.period))
) AS candidate
WHERE choice = 1
