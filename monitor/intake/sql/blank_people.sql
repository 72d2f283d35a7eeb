-- Write nothing over who signed the form of a receipt, before the rows are removed: the database keeps the bytes of rows that
-- are only marked as removed. Parameters: receipt_id.
UPDATE form_person
SET text = ''
WHERE receipt_id = $receipt_id
