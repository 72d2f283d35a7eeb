-- The received files of which submissions were made, in their order: name, the number of the first event of those
-- submissions (what was in force then read the file), how many they are, and whether names were erased since. No parameters.
SELECT s.receipt_id, r.file_name, MIN(e.seq) AS seq, COUNT(DISTINCT s.submission_id) AS submissions, x.object IS NOT NULL
FROM submission AS s
LEFT JOIN receipt AS r ON r.receipt_id = s.receipt_id
LEFT JOIN event AS e ON e.submission_id = s.submission_id
LEFT JOIN (SELECT DISTINCT object FROM audit WHERE action = 'people_erased' AND "after" IS NOT NULL) AS x
       ON x.object = concat('receipt:', CAST(s.receipt_id AS VARCHAR))
GROUP BY s.receipt_id, r.file_name, x.object
ORDER BY seq, s.receipt_id
