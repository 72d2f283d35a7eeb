-- What each submission says of itself, without the cells that were carried into it: how many rows, and the least and
-- greatest of the numbers sent as numerators, which are one number where nothing is torn.
SELECT
    submission_id,
    COUNT(*) AS rows_sent,
    CAST(MIN(numerator) AS INTEGER) AS least,
    CAST(MAX(numerator) AS INTEGER) AS greatest
FROM observation
WHERE carried_from IS NULL
GROUP BY submission_id
