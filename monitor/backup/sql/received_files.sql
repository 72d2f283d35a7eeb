-- As verify_receipts.sql of the store, for one that is older than its audit log: the files as they were received.
SELECT receipt_id, file_sha256 FROM receipt WHERE file_sha256 <> '' ORDER BY receipt_id
