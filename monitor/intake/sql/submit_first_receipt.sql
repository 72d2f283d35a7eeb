-- The first receipt of a file with the same bytes that was not refused. Parameters: sha256.
SELECT MIN(receipt_id) FROM receipt WHERE file_sha256 = $sha256 AND verdict NOT IN ('rows', 'reject')
