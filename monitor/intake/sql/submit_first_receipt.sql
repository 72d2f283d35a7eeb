-- The first receipt of a file with the same bytes that was not refused; a draft counts once it was submitted, and never
-- for itself. Parameters: sha256, receipt_id (of the draft that is being submitted, null = none).
SELECT MIN(r.receipt_id)
FROM receipt AS r
WHERE r.file_sha256 = $sha256 AND r.verdict NOT IN ('rows', 'reject')
  AND r.receipt_id IS DISTINCT FROM CAST($receipt_id AS BIGINT)
  AND (r.verdict <> 'draft' OR EXISTS (SELECT 1 FROM submission AS s WHERE s.receipt_id = r.receipt_id))
