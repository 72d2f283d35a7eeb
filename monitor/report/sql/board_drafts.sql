-- The drafts that lay open at T: received files whose last word is neither a sending nor a discarding; `detail` names
-- their parts. Parameters: as_of (UTC, null = no limit).
SELECT receipt_id, "at", actor, detail
FROM (
    SELECT e.receipt_id, e."at", e.actor, e.action, e.detail,
           ROW_NUMBER() OVER (PARTITION BY e.receipt_id ORDER BY e.seq DESC) AS place
    FROM event AS e
    WHERE e.receipt_id IS NOT NULL AND e.action IN ('drafted', 'discarded', 'submitted')
      AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
) AS happened
WHERE place = 1 AND action = 'drafted'
ORDER BY receipt_id
