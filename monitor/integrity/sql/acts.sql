-- Who did what, in the order of commits: the audit log, each entry with the unit that it was done for (of the submission that it
-- is about), the vintage and who sent it; the scopes of a token that was made, and when it ends. No parameters.
SELECT a.seq, a."at", a.actor, a.action, a.object, a.detail, a.event_seq, s.submission_id, s.region_code, s.vintage,
       s.submitted_by, t.role, t.regions, t.indicators, t.departments, t.expires_at
FROM audit AS a
LEFT JOIN event AS e ON e.seq = a.event_seq
LEFT JOIN submission AS s ON s.submission_id = coalesce(
    e.submission_id,
    CASE WHEN e.action = 'commented' THEN CAST(json_extract_string(e.detail, '$.submission_id') AS BIGINT) END
)
LEFT JOIN token AS t ON a.action = 'token_made'
                    AND CAST(t.token_id AS VARCHAR) = json_extract_string(a.detail, '$.token_id')
ORDER BY a.seq
