-- The units: the provincial ones named by $provinces, then numbered ones up to $units.
CREATE TEMP TABLE unit AS
SELECT n, coalesce(list_extract($provinces, n + 1), CAST(700000 + n AS VARCHAR)) AS region_code
FROM range($units) AS u(n)
