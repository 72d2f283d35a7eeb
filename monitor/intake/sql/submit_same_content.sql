-- The first receipt that said what this file says again.
SELECT MIN(s.receipt_id) FROM outcome AS o JOIN submission AS s ON s.submission_id = o.submission_id WHERE NOT o.is_new
