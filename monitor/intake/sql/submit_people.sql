-- Write who signed a form beside its receipt. Parameters: receipt_id; parallel lists fields, texts.
INSERT INTO form_person
SELECT $receipt_id, unnest(CAST($fields AS VARCHAR[])), unnest(CAST($texts AS VARCHAR[]))
