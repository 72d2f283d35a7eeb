-- Receipts beside which people are kept although the audit log says that they were erased. No parameters.
SELECT DISTINCT concat('receipt:', CAST(p.receipt_id AS VARCHAR)) AS what
FROM form_person AS p
JOIN audit AS a ON a.object = concat('receipt:', CAST(p.receipt_id AS VARCHAR)) AND a.action = 'people_erased'
ORDER BY what
