-- The parts of the file, and whether each says something new.
SELECT b.number, b.region_code, b.form, b.period, b.vintage, c.number IS NOT NULL AS is_new
FROM bundle AS b
LEFT JOIN (SELECT DISTINCT number FROM compared WHERE change <> 'unchanged') AS c ON c.number = b.number
ORDER BY b.number
