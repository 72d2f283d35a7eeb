-- Who sent submissions, who accepted them, and what was said of them up to T: the latest explanation, and why a
-- restatement was made. Parameters: submission_ids (list), as_of (UTC, null = no limit).
SELECT s.submission_id, s.region_code, s.form, s.period, s.vintage, s.revision, s.submitted_at, s.submitted_by,
       a."at" AS accepted_at, a.actor AS accepted_by, s.estimated, coalesce(x.explanation, s.explanation) AS explanation,
       y.reason, r.file_name
FROM submission AS s
JOIN receipt AS r ON r.receipt_id = s.receipt_id
LEFT JOIN event AS a
       ON a.submission_id = s.submission_id AND a.action = 'accepted'
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR a."at" <= CAST($as_of AS TIMESTAMP))
LEFT JOIN (
    SELECT e.submission_id, json_extract_string(e.detail, '$.explanation') AS explanation,
           ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
    FROM event AS e
    WHERE e.submission_id = ANY($submission_ids) AND e.action IN ('submitted', 'accepted')
      AND json_extract_string(e.detail, '$.explanation') IS NOT NULL
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
) AS x ON x.submission_id = s.submission_id AND x.place = 1
LEFT JOIN (
    SELECT e.submission_id, json_extract_string(e.detail, '$.reason') AS reason,
           ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
    FROM event AS e
    WHERE e.submission_id = ANY($submission_ids) AND e.action = 'submitted'
      AND json_extract_string(e.detail, '$.reason') IS NOT NULL
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
) AS y ON y.submission_id = s.submission_id AND y.place = 1
WHERE s.submission_id = ANY($submission_ids)
ORDER BY s.submission_id
