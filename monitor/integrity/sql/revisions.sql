-- The groups of submissions whose revisions are not 1, 2, … each once. No parameters.
SELECT concat_ws(' ', region_code, form, period, vintage) AS what
FROM submission
GROUP BY region_code, form, period, vintage
HAVING MIN(revision) <> 1 OR MAX(revision) <> COUNT(*) OR COUNT(DISTINCT revision) <> COUNT(*)
ORDER BY what
