-- What the reader noticed, by the part of the file it concerns; null = the whole file.
-- Parameters: parallel lists sheets, lines, columns, codes, severities, zh, en, texts, indicator_ids, rules.
CREATE OR REPLACE TEMP TABLE noticed AS
SELECT c.number, p.sheet, p.line, p."column", p.code, p.severity, p.zh, p.en, p.text,
       coalesce(p.indicator_id, c.indicator_id) AS indicator_id, p.rule
FROM (
    SELECT unnest(CAST($sheets AS VARCHAR[])) AS sheet, unnest(CAST($lines AS INTEGER[])) AS line,
           unnest(CAST($columns AS VARCHAR[])) AS "column", unnest(CAST($codes AS VARCHAR[])) AS code,
           unnest(CAST($severities AS VARCHAR[])) AS severity, unnest(CAST($zh AS VARCHAR[])) AS zh,
           unnest(CAST($en AS VARCHAR[])) AS en, unnest(CAST($texts AS VARCHAR[])) AS text,
           unnest(CAST($indicator_ids AS VARCHAR[])) AS indicator_id, unnest(CAST($rules AS VARCHAR[])) AS rule
) AS p
LEFT JOIN (
    SELECT line, number, indicator_id
    FROM compared
    -- as a value, not as a condition of its own: of a table made in this transaction the database knows no length, and
    -- would get ready all of the file to look up the few in it
    WHERE coalesce(line IN (SELECT unnest(CAST($lines AS INTEGER[]))), FALSE)
) AS c ON c.line = p.line
