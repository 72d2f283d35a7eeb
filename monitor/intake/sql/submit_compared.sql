-- Each cell of the file beside what is known of it. `lost`: sent as missing where a figure was.
CREATE TEMP TABLE compared AS
SELECT i.number, i.line, i.sheet, i.indicator_id,
       CASE WHEN k.indicator_id IS NULL THEN 'created'
            WHEN i.state = k.state AND i.unit = k.unit AND i.comparator = k.comparator AND i.synthetic = k.synthetic
                 AND i.numerator IS NOT DISTINCT FROM k.numerator AND i.denominator IS NOT DISTINCT FROM k.denominator
                 AND i.part_unit IS NOT DISTINCT FROM k.part_unit AND i.value IS NOT DISTINCT FROM k.value
                 AND i.note IS NOT DISTINCT FROM k.note AND i.source IS NOT DISTINCT FROM k.source
                 AND i.published_on IS NOT DISTINCT FROM k.published_on AND i.grade IS NOT DISTINCT FROM k.grade
            THEN 'unchanged'
            ELSE 'updated' END AS change,
       i.state = 'missing' AND k.figure IS NOT NULL AS lost, k.figure AS was
FROM incoming AS i
LEFT JOIN base AS k ON k.number = i.number AND k.indicator_id = i.indicator_id
