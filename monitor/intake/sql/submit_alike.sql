-- The cells of the file whose figure is the one that is known, with what is said beside that: read of these alone, as it
-- decides nothing elsewhere.
CREATE TEMP TABLE alike AS
SELECT i.number, i.indicator_id, o.note, o.source, o.grade
FROM base AS k -- first, since there often is nothing in it
JOIN incoming AS i ON i.number = k.number AND i.indicator_id = k.indicator_id
JOIN observation AS o ON o.submission_id = k.submission_id AND o.indicator_id = k.indicator_id
WHERE i.state = k.state AND i.unit = k.unit AND i.comparator = k.comparator AND i.synthetic = k.synthetic
  AND i.numerator IS NOT DISTINCT FROM k.numerator AND i.denominator IS NOT DISTINCT FROM k.denominator
  AND i.part_unit IS NOT DISTINCT FROM k.part_unit AND i.value IS NOT DISTINCT FROM k.value
  AND i.published_on IS NOT DISTINCT FROM k.published_on
