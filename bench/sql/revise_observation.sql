-- The figures of the newest submission once more, as the next one's.
INSERT INTO observation
SELECT o.* REPLACE (o.submission_id + 1 AS submission_id)
FROM observation AS o
WHERE o.submission_id = (SELECT max(submission_id) FROM submission)
