-- What some parts of the file say of each indicator: with its line where the file names it, else (line null) what would be
-- carried in from the revision in force. Whether that is an answer: anything but missing. Parameters: numbers.
SELECT k.number, k.indicator_id, k.line, k.state <> 'missing' AS is_answer
FROM (
    SELECT i.number, i.indicator_id, i.line, i.state FROM incoming AS i
    UNION ALL
    SELECT s.number, o.indicator_id, NULL, o.state
    FROM standing AS s
    JOIN observation AS o ON o.submission_id = s.in_force_id
    LEFT JOIN incoming AS i ON i.number = s.number AND i.indicator_id = o.indicator_id
    WHERE i.indicator_id IS NULL
) AS k
JOIN (SELECT unnest(CAST($numbers AS BIGINT[])) AS number) AS asked ON asked.number = k.number
