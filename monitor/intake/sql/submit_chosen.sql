-- Which submissions this file has accepted: its new revisions that do not wait for an explanation, and those waiting for
-- review that already say what it says (again only when their queries are explained). Where its past is told, as told.
-- Parameters: accept, explained.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT o.submission_id, o.in_force_id AS replaced_id, d.decided_at, d.decider, d.estimated
FROM outcome AS o
LEFT JOIN dated AS d ON d.number = o.number
LEFT JOIN submission AS s ON s.submission_id = o.pending_id
LEFT JOIN (
    SELECT i.submission_id
    FROM issue AS i
    LEFT JOIN (
        SELECT submission_id, line, rule FROM explanation
        UNION
        SELECT submission_id, line, rule FROM answered
    ) AS a ON a.submission_id = i.submission_id AND a.line IS NOT DISTINCT FROM i.line AND a.rule = coalesce(i.rule, i.code)
    WHERE i.severity = 'query' AND a.submission_id IS NULL
    GROUP BY i.submission_id
) AS q ON q.submission_id = o.pending_id
LEFT JOIN (
    SELECT submission_id
    FROM event
    WHERE action = 'submitted' AND json_extract_string(detail, '$.explanation') IS NOT NULL
    GROUP BY submission_id
) AS x ON x.submission_id = o.pending_id
WHERE CAST($accept AS BOOLEAN)
  AND (d.number IS NULL OR d.decision = 'accepted')
  AND CASE WHEN o.is_new THEN NOT o.waits OR coalesce(d.explanation, d.if_asked) IS NOT NULL
           ELSE o.pending_id IS NOT NULL
                AND (q.submission_id IS NULL OR s.explanation IS NOT NULL OR x.submission_id IS NOT NULL
                     OR CAST($explained AS BOOLEAN)) END
