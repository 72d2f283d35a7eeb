-- A new explanation for submissions that wait for review and already say what this file says: `submitted` once more,
-- with the text. Parameters: moment (UTC), actor, explanation.
INSERT INTO event
SELECT (SELECT coalesce(MAX(seq), 0) FROM event) + ROW_NUMBER() OVER (ORDER BY o.submission_id), $moment, $actor,
       'submitted', o.submission_id, NULL, json_object('explanation', $explanation)
FROM outcome AS o
JOIN submission AS s ON s.submission_id = o.pending_id
LEFT JOIN chosen AS c ON c.submission_id = o.submission_id
WHERE NOT o.is_new AND c.submission_id IS NULL AND s.explanation IS DISTINCT FROM $explanation
  AND NOT EXISTS (
      SELECT 1
      FROM event AS x
      WHERE x.submission_id = o.submission_id AND json_extract_string(x.detail, '$.explanation') = $explanation
  )
