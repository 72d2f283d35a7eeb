-- The acceptance of the newest submission, after all there is.
INSERT INTO event
SELECT (SELECT max(seq) + 1 FROM event), (SELECT max("at") + INTERVAL 1 SECOND FROM event), 'bench', 'accepted',
       (SELECT max(submission_id) FROM submission), 1, NULL
