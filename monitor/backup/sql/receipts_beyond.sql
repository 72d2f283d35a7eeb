-- The files received after a receipt, with the names that their senders gave them. Parameters: receipt_id.
SELECT receipt_id, file_name FROM receipt WHERE receipt_id > $receipt_id ORDER BY receipt_id
