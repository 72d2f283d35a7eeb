-- What the figures of a submission were computed from, where the program made its file: who computed it, when, and the lineage
-- (JSON). No row for a file that came from anywhere else. Parameters: submission_id.
SELECT e.actor, e."at", e.detail
FROM submission AS s
JOIN event AS e ON e.receipt_id = s.receipt_id AND e.action = 'computed'
WHERE s.submission_id = $submission_id
ORDER BY e.seq
