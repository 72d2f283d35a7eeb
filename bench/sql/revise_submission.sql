-- The newest submission once more, as its next revision.
INSERT INTO submission
SELECT s.* REPLACE (s.submission_id + 1 AS submission_id, s.revision + 1 AS revision)
FROM submission AS s
WHERE s.submission_id = (SELECT max(submission_id) FROM submission)
