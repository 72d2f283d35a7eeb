-- Everything ever said about cells up to T: each revision that names or carries one, who sent it and when, the state its
-- submission was in at T, and its acceptance. First to last.
-- Parameters: as_of (UTC, null = no limit), indicator_ids, region_codes and periods (lists; the last two null = all).
WITH asked AS (
    SELECT s.*
    FROM submission AS s
    WHERE ($region_codes IS NULL OR s.region_code = ANY($region_codes))
      AND ($periods IS NULL OR s.period = ANY($periods))
)
SELECT o.indicator_id, o.region_code, s.form, o.period, o.vintage, s.revision, o.submission_id, o.carried_from,
       o.state, o.numerator, o.denominator, o.part_unit, o.value, o.unit, o.comparator, o.synthetic, o.published_on,
       o.note, o.source, o.grade, s.submitted_at, s.submitted_by, s.estimated, s.explanation,
       l.action AS submission_state, l."at" AS state_at, l.actor AS state_by, l.detail AS state_detail,
       a."at" AS accepted_at, a.actor AS accepted_by, a.seq AS accepted_seq, s.receipt_id, r.file_name, o.line
FROM observation AS o
JOIN asked AS s ON s.submission_id = o.submission_id
JOIN receipt AS r ON r.receipt_id = s.receipt_id
JOIN (
    SELECT e.submission_id, MAX(e.seq) AS seq
    FROM event AS e
    WHERE e.submission_id IN (SELECT submission_id FROM asked)
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
    GROUP BY e.submission_id
) AS newest ON newest.submission_id = s.submission_id
JOIN event AS l ON l.seq = newest.seq
LEFT JOIN event AS a
       ON a.submission_id = s.submission_id AND a.action = 'accepted'
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR a."at" <= CAST($as_of AS TIMESTAMP))
WHERE o.indicator_id = ANY($indicator_ids)
  AND (o.carried_from IS NULL OR a.seq IS NOT NULL)
ORDER BY o.indicator_id, o.region_code, s.form, o.period, o.vintage, s.revision
