-- What the reader noticed, by the part of the file it concerns; null = the whole file.
-- Parameters: parallel lists sheets, lines, columns, codes, severities, zh, en, texts.
CREATE TEMP TABLE noticed AS
SELECT c.number, p.sheet, p.line, p."column", p.code, p.severity, p.zh, p.en, p.text
FROM (
    SELECT unnest($sheets) AS sheet, unnest($lines) AS line, unnest($columns) AS "column", unnest($codes) AS code,
           unnest($severities) AS severity, unnest($zh) AS zh, unnest($en) AS en, unnest($texts) AS text
) AS p
LEFT JOIN compared AS c ON c.line = p.line
