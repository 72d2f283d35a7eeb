-- `accepted` for each chosen submission, then `superseded` for each that it replaces.
-- Parameters: moment (UTC), actor, explanation (null = none), estimated (the moment was given, not now).
INSERT INTO event
SELECT (SELECT coalesce(MAX(seq), 0) FROM event) + ROW_NUMBER() OVER (ORDER BY chosen_id, place), $moment, $actor, action,
       submission_id, NULL, detail
FROM (
    SELECT submission_id AS chosen_id, 0 AS place, 'accepted' AS action, submission_id,
           json_object('replaces', replaced_id, 'explanation', $explanation, 'estimated', CAST($estimated AS BOOLEAN))
               AS detail
    FROM chosen
    UNION ALL
    SELECT submission_id, 1, 'superseded', replaced_id, json_object('by', submission_id)
    FROM chosen
    WHERE replaced_id IS NOT NULL
) AS happened
