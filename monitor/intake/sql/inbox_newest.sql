-- The newest receipt of what a sender sent under a name: of these bytes, or of others that were not refused.
-- Parameters: senders, file (as it is kept), sha256.
SELECT receipt_id, file_sha256, received_at, verdict, row_count, problem_count
FROM receipt
WHERE received_by = ANY($senders)
  AND file_name = $file
  AND (file_sha256 = $sha256 OR verdict NOT IN ('rows', 'reject'))
ORDER BY receipt_id DESC
LIMIT 1
