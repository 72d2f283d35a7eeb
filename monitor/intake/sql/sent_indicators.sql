-- Which indicators submissions send, without what was carried in at their acceptance. Parameters: submission_ids.
SELECT DISTINCT submission_id, indicator_id
FROM observation
WHERE submission_id = ANY($submission_ids) AND carried_from IS NULL
