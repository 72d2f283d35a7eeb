-- Write the new revisions. Parameters: receipt_id, moment (UTC), actor, estimated, explanation.
INSERT INTO submission
SELECT submission_id, $receipt_id, region_code, form, period, vintage, next_revision, content_sha256, row_count,
       $moment, $actor, $estimated, $explanation
FROM outcome
WHERE is_new
ORDER BY number
