-- Rows about something that is not there: issues and people of no receipt, explanations, remarks and events of no submission,
-- frozen moments of no event, attempts of no mail. No parameters.
SELECT DISTINCT what
FROM (
    SELECT concat('issue of receipt:', CAST(i.receipt_id AS VARCHAR)) AS what
    FROM issue AS i
    LEFT JOIN receipt AS r ON r.receipt_id = i.receipt_id
    LEFT JOIN submission AS s ON s.submission_id = i.submission_id
    WHERE r.receipt_id IS NULL OR (i.submission_id IS NOT NULL AND s.submission_id IS NULL)
    UNION ALL
    SELECT concat('form_person of receipt:', CAST(p.receipt_id AS VARCHAR))
    FROM form_person AS p
    LEFT JOIN receipt AS r ON r.receipt_id = p.receipt_id
    WHERE r.receipt_id IS NULL
    UNION ALL
    SELECT concat('explanation of submission:', CAST(x.submission_id AS VARCHAR))
    FROM explanation AS x
    LEFT JOIN submission AS s ON s.submission_id = x.submission_id
    LEFT JOIN event AS e ON e.seq = x.seq
    WHERE s.submission_id IS NULL OR e.seq IS NULL
    UNION ALL
    SELECT concat('remark of submission:', CAST(m.submission_id AS VARCHAR))
    FROM remark AS m
    LEFT JOIN submission AS s ON s.submission_id = m.submission_id
    LEFT JOIN event AS e ON e.seq = m.seq
    WHERE s.submission_id IS NULL OR e.seq IS NULL
    UNION ALL
    SELECT concat('event:', CAST(e.seq AS VARCHAR))
    FROM event AS e
    LEFT JOIN submission AS s ON s.submission_id = e.submission_id
    LEFT JOIN receipt AS r ON r.receipt_id = e.receipt_id
    WHERE (e.submission_id IS NOT NULL AND s.submission_id IS NULL)
       OR (e.receipt_id IS NOT NULL AND r.receipt_id IS NULL)
    UNION ALL
    SELECT concat('snapshot:', f.name)
    FROM snapshot AS f
    LEFT JOIN event AS e ON e.seq = f.seq AND e.action = 'frozen'
    WHERE e.seq IS NULL
       OR f."at" > e."at"
       OR f."at" <> CAST(json_extract_string(e.detail, '$.at') AS TIMESTAMP)  -- which those of earlier programs do not say
       OR json_extract_string(e.detail, '$.name') <> f.name
    UNION ALL
    SELECT concat('attempt of mail:', CAST(t.mail_id AS VARCHAR))
    FROM mail_attempt AS t
    LEFT JOIN mail AS m ON m.mail_id = t.mail_id
    WHERE m.mail_id IS NULL
) AS loose
ORDER BY what
