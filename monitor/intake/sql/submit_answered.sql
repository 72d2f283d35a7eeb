-- Which queries the explanations answer: those of the new revisions, and those of revisions that wait and already say what
-- this file says (there a row is found by its cell, as it may stand in another line). Said before with the same words: no
-- new answer.
CREATE OR REPLACE TEMP TABLE answered AS
SELECT DISTINCT o.submission_id, o.is_new, n.line, a.rule, a.text
FROM answer AS a
JOIN noticed AS n ON n.severity = 'query' AND n.line IS NOT DISTINCT FROM a.line AND coalesce(n.rule, n.code) = a.rule
JOIN outcome AS o ON o.is_new AND (o.number = n.number OR (n.number IS NULL AND n.line IS NULL))
UNION ALL
SELECT w.submission_id, FALSE, w.line, w.rule, w.text
FROM (
    SELECT DISTINCT i.submission_id, i.line, a.rule, a.text
    FROM answer AS a
    JOIN outcome AS o ON NOT o.is_new
    JOIN issue AS i ON i.submission_id = o.pending_id AND i.severity = 'query' AND coalesce(i.rule, i.code) = a.rule
                   AND i.line IS NULL
    WHERE a.line IS NULL
    UNION ALL
    SELECT i.submission_id, i.line, a.rule, a.text
    FROM answer AS a
    JOIN (
        SELECT line, number, indicator_id
        FROM compared
        WHERE coalesce(line IN (SELECT line FROM answer), FALSE) -- see submit_noticed.sql
    ) AS c ON c.line = a.line
    JOIN outcome AS o ON o.number = c.number AND NOT o.is_new
    JOIN issue AS i ON i.submission_id = o.pending_id AND i.severity = 'query' AND coalesce(i.rule, i.code) = a.rule
                   AND i.indicator_id = c.indicator_id AND i.line IS NOT NULL
) AS w
LEFT JOIN explanation AS x ON x.submission_id = w.submission_id AND x.line IS NOT DISTINCT FROM w.line
                          AND x.rule = w.rule AND x.text = w.text
WHERE x.submission_id IS NULL
