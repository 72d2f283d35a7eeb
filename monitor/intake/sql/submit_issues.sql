-- Write what was noticed: at its submission, at each new one where it concerns the whole file, at none where its row made
-- no revision. Parameters: receipt_id.
INSERT INTO issue
SELECT $receipt_id, o.submission_id, n.sheet, n.line, n."column", n.code, n.severity, n.zh, n.en, n.text,
       n.indicator_id, n.rule
FROM noticed AS n
LEFT JOIN (
    SELECT number, FALSE AS of_file, submission_id FROM outcome WHERE is_new
    UNION ALL
    SELECT NULL, TRUE, submission_id FROM outcome WHERE is_new
) AS o ON o.number IS NOT DISTINCT FROM n.number AND o.of_file = (n.number IS NULL AND n.line IS NULL)
ORDER BY o.submission_id, n.line
