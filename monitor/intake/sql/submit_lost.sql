-- Add a query for each figure that would be replaced by missing. Parameters: code, zh, en (texts for people, `{was}` the
-- figure so far).
INSERT INTO noticed
SELECT number, sheet, line, NULL, $code, 'query', replace($zh, '{was}', was), replace($en, '{was}', was), was,
       indicator_id, NULL
FROM compared
WHERE lost AND number IN (
    SELECT number
    FROM compared
    WHERE change <> 'unchanged' AND coalesce(number IN (SELECT number FROM compared WHERE lost), FALSE)
)
