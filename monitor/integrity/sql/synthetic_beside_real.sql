-- Cells for which a synthetic figure is in force beside one that is not, by another form or vintage. No parameters.
SELECT concat_ws(' ', o.indicator_id, o.region_code, o.period) AS what
FROM observation AS o
JOIN (
    SELECT submission_id, action, ROW_NUMBER() OVER (PARTITION BY submission_id ORDER BY seq DESC) AS place
    FROM event
    WHERE submission_id IS NOT NULL
) AS l ON l.submission_id = o.submission_id AND l.place = 1 AND l.action = 'accepted'
WHERE o.state = 'value' AND o.vintage <> 'plan'
GROUP BY o.indicator_id, o.region_code, o.period
HAVING MIN(CASE WHEN o.synthetic THEN 1 ELSE 0 END) <> MAX(CASE WHEN o.synthetic THEN 1 ELSE 0 END)
ORDER BY what
