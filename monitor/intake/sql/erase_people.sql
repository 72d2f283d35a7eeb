-- Remove who signed the form of a receipt: the one thing that is ever deleted here. Parameters: receipt_id.
DELETE FROM form_person
WHERE receipt_id = $receipt_id
