-- Rows whose numbers do not fit what is said of them: a figure without one, a gap with one, one part of a ratio alone, a
-- denominator of zero, a state or comparator that is not known. No parameters.
SELECT concat('submission:', CAST(submission_id AS VARCHAR), ' ', indicator_id) AS what
FROM observation
WHERE state NOT IN ('value', 'missing', 'not_applicable', 'withheld')
   OR comparator NOT IN ('eq', 'ge', 'gt', 'le', 'lt', 'approx')
   OR (state = 'value' AND value IS NULL AND numerator IS NULL)
   OR (state <> 'value' AND coalesce(value, numerator, denominator) IS NOT NULL)
   OR (numerator IS NULL) <> (denominator IS NULL)
   OR denominator = 0
ORDER BY submission_id, indicator_id
