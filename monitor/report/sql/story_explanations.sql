-- What senders answered to queries at one indicator of submissions up to T, first to last: those given for its line.
-- Parameters: submission_ids (list), indicator_id, as_of (UTC, null = no limit).
SELECT x.submission_id, e."at", e.actor, x.rule, x.text
FROM explanation AS x
JOIN event AS e ON e.seq = x.seq
JOIN observation AS o ON o.submission_id = x.submission_id AND o.line = x.line
WHERE x.submission_id = ANY($submission_ids) AND o.indicator_id = $indicator_id AND o.carried_from IS NULL
  AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
ORDER BY x.seq
