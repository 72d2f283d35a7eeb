-- Some figures of the file as they were sent, '' for what was not. Parameters: lines.
SELECT i.line, i.comparator, i.unit, coalesce(i.part_unit, ''), coalesce(CAST(i.value AS VARCHAR), ''),
       coalesce(CAST(i.numerator AS VARCHAR), ''), coalesce(CAST(i.denominator AS VARCHAR), '')
FROM incoming AS i
WHERE coalesce(i.line IN (SELECT unnest(CAST($lines AS INTEGER[]))), FALSE) -- see submit_noticed.sql
