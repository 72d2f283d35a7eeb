-- `accepted` for each chosen submission, then `superseded` for each that it replaces.
-- Parameters: moment (UTC), actor, explanation (null = none), estimated (the moment was given, not now), own (accepted
-- by who sent it); a chosen
-- submission that says when and by whom it was decided is not asked these.
INSERT INTO event
SELECT (SELECT coalesce(MAX(seq), 0) FROM event) + ROW_NUMBER() OVER (ORDER BY decided_at, chosen_id, place),
       coalesce(decided_at, $moment), coalesce(decider, $actor), action, submission_id, NULL, detail
FROM (
    SELECT submission_id AS chosen_id, 0 AS place, decided_at, decider, 'accepted' AS action, submission_id,
           json_object('replaces', replaced_id, 'explanation', $explanation,
                       'estimated', coalesce(estimated, CAST($estimated AS BOOLEAN)),
                       'own', CAST($own AS BOOLEAN)) AS detail
    FROM chosen
    UNION ALL
    SELECT submission_id, 1, decided_at, decider, 'superseded', replaced_id, json_object('by', submission_id)
    FROM chosen
    WHERE replaced_id IS NOT NULL
) AS happened
