-- The receipts of which names were erased after an entry of the audit log. Parameters: seq.
SELECT DISTINCT object FROM audit WHERE seq > $seq AND action = 'people_erased' AND object IS NOT NULL ORDER BY object
