-- The number of the last file that was received, 0 where none was.
SELECT coalesce(MAX(receipt_id), 0) FROM receipt
