-- Who signed the form of a receipt. Parameters: receipt_id.
SELECT field, text
FROM form_person
WHERE receipt_id = $receipt_id
