INSERT INTO submission
SELECT submission_id, 1, region_code, $form, period, 'reported', revision, 'bench', 15, moment, 'bench', false, NULL
FROM made
