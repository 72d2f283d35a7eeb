-- Remove who signed the form of a receipt. Parameters: receipt_id.
DELETE FROM form_person
WHERE receipt_id = $receipt_id
