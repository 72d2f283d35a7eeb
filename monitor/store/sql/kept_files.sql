-- Drafts and refused files as they stood at T, newest first: the receipt, its state (draft, rejected, discarded,
-- submitted), when anything was last said of it, the detail of the last `drafted` or `rejected` event, and the submissions
-- it became (ids joined by commas, null = none).
-- Parameters: receipt_ids (list, null = all), as_of (UTC, null = no limit).
SELECT r.receipt_id, r.file_name, r.file_sha256, r.size_bytes, r.received_at, r.received_by, r.row_count,
       r.problem_count,
       CASE WHEN s.submissions IS NOT NULL THEN 'submitted'
            WHEN l.action = 'drafted' THEN 'draft'
            ELSE l.action END AS state,
       l."at" AS saved_at, d.detail, s.submissions
FROM receipt AS r
JOIN (
    SELECT receipt_id, action, "at",
           ROW_NUMBER() OVER (PARTITION BY receipt_id ORDER BY seq DESC) AS place
    FROM event
    WHERE action IN ('drafted', 'discarded', 'rejected')
      AND ($receipt_ids IS NULL OR receipt_id = ANY($receipt_ids))
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR "at" <= CAST($as_of AS TIMESTAMP))
) AS l ON l.receipt_id = r.receipt_id AND l.place = 1
LEFT JOIN (
    SELECT receipt_id, detail,
           ROW_NUMBER() OVER (PARTITION BY receipt_id ORDER BY seq DESC) AS place
    FROM event
    WHERE action IN ('drafted', 'rejected')
      AND ($receipt_ids IS NULL OR receipt_id = ANY($receipt_ids))
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR "at" <= CAST($as_of AS TIMESTAMP))
) AS d ON d.receipt_id = r.receipt_id AND d.place = 1
LEFT JOIN (
    SELECT receipt_id, string_agg(CAST(submission_id AS VARCHAR), ',' ORDER BY submission_id) AS submissions
    FROM submission
    WHERE (CAST($as_of AS TIMESTAMP) IS NULL OR submitted_at <= CAST($as_of AS TIMESTAMP))
      AND ($receipt_ids IS NULL OR receipt_id = ANY($receipt_ids))
    GROUP BY receipt_id
) AS s ON s.receipt_id = r.receipt_id
WHERE ($receipt_ids IS NULL OR r.receipt_id = ANY($receipt_ids))
ORDER BY r.receipt_id DESC
