-- Write a receipt and return its id. Parameters: sha256, file, size, moment (UTC), actor, verdict, encoding, sheet,
-- row_count, problem_count.
INSERT INTO receipt
SELECT coalesce(MAX(receipt_id), 0) + 1, $sha256, $file, $size, $moment, $actor, $verdict, $encoding, $sheet, $row_count,
       $problem_count
FROM receipt
RETURNING receipt_id
