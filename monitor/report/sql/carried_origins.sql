-- Which cells of submissions were carried in, and the submission that had sent each.
-- Parameters: submission_ids (list).
SELECT o.submission_id, o.indicator_id, o.carried_from
FROM observation AS o
WHERE o.submission_id = ANY($submission_ids) AND o.carried_from IS NOT NULL
