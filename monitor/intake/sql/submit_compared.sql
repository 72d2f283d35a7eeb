-- Each cell of the file beside what is known of it. `lost`: sent as missing where a figure was.
CREATE TEMP TABLE compared AS
SELECT i.number, i.line, i.sheet, i.indicator_id,
       CASE WHEN k.indicator_id IS NULL THEN 'created'
            WHEN a.indicator_id IS NOT NULL AND i.note IS NOT DISTINCT FROM a.note
                 AND i.source IS NOT DISTINCT FROM a.source AND i.grade IS NOT DISTINCT FROM a.grade
            THEN 'unchanged'
            ELSE 'updated' END AS change,
       i.state = 'missing' AND k.figure IS NOT NULL AS lost, k.figure AS was
FROM incoming AS i
LEFT JOIN base AS k ON k.number = i.number AND k.indicator_id = i.indicator_id
LEFT JOIN alike AS a ON a.number = i.number AND a.indicator_id = i.indicator_id
