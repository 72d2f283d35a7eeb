-- Submissions that were returned or accepted since T, with the event that did it, first to last.
-- Parameters: since (UTC).
SELECT e.seq, e."at", e.actor, e.action, e.detail, s.submission_id, s.region_code, s.form, s.period, s.revision,
       r.file_name
FROM event AS e
JOIN submission AS s ON s.submission_id = e.submission_id
JOIN receipt AS r ON r.receipt_id = s.receipt_id
WHERE e.action IN ('returned', 'accepted') AND e."at" >= $since
ORDER BY e.seq
