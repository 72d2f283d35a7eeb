INSERT INTO event
SELECT submission_id, moment, 'bench', 'accepted', submission_id, 1, NULL
FROM made
