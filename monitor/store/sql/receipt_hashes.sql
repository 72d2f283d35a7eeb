-- The files of receipts as they were received, as SHA-256. Parameters: receipt_ids.
SELECT receipt_id, file_sha256 FROM receipt WHERE receipt_id = ANY($receipt_ids)
