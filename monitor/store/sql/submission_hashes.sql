-- What submissions say, as SHA-256. Parameters: submission_ids.
SELECT submission_id, content_sha256 FROM submission WHERE submission_id = ANY($submission_ids)
