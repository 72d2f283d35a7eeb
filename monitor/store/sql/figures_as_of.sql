-- The figure each cell shows at T: one row per (indicator, region, period), the preferred of the accepted vintages.
-- A figure goes before a row without one, then by the place of its vintage in `vintages`, the latest publication, the
-- latest acceptance (methods.md section 1). `plan` rows are baselines and never stand here: plan_rows_as_of.sql.
-- Parameters: as_of (UTC, null = no limit), indicator_ids, region_codes and periods (lists; the last two null = all),
-- vintages (list, best first).
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
                        v.accepted_seq DESC
           ) AS choice
    FROM observation AS o
    JOIN (
        SELECT s.submission_id, e.seq AS accepted_seq, e."at" AS accepted_at,
               ROW_NUMBER() OVER (
                   PARTITION BY s.region_code, s.form, s.period, s.vintage ORDER BY s.revision DESC
               ) AS place
        FROM submission AS s
        JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
        WHERE (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
          AND s.vintage <> 'plan'
          AND ($region_codes IS NULL OR s.region_code = ANY($region_codes))
          AND ($periods IS NULL OR s.period = ANY($periods))
    ) AS v ON v.submission_id = o.submission_id AND v.place = 1
    -- said of the observations too, so that the scan passes over what the join would throw away
    WHERE array_contains($indicator_ids, o.indicator_id)
      AND ($region_codes IS NULL OR array_contains($region_codes, o.region_code))
      AND ($periods IS NULL OR array_contains($periods, o.period))
) AS candidate
WHERE choice = 1
