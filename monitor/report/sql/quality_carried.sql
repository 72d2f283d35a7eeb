-- The figures in some submissions that a revision did not name and that were carried over from the one before it.
-- Parameters: submission_ids and indicator_ids (lists).
SELECT DISTINCT o.submission_id, o.indicator_id
FROM observation AS o
JOIN (SELECT unnest($submission_ids) AS submission_id) AS chosen ON chosen.submission_id = o.submission_id
WHERE o.carried_from IS NOT NULL AND list_contains($indicator_ids, o.indicator_id)
