-- The numbers of the submissions of some units, forms and periods, first to last: to read what they are in portions.
-- Parameters: region_codes, forms, periods (lists, null = all).
SELECT s.submission_id
FROM submission AS s
WHERE ($region_codes IS NULL OR s.region_code = ANY($region_codes))
  AND ($forms IS NULL OR s.form = ANY($forms))
  AND ($periods IS NULL OR s.period = ANY($periods))
ORDER BY s.submission_id
