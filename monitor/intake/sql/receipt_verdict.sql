-- What became of a received file; no row where there is none. Parameters: receipt_id.
SELECT verdict
FROM receipt
WHERE receipt_id = $receipt_id
