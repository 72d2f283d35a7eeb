-- The indicators that a submission sends, without what was carried in. Parameters: submission_id.
SELECT DISTINCT indicator_id FROM observation WHERE submission_id = $submission_id AND carried_from IS NULL
