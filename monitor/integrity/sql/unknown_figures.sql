-- Figures in force that nothing shows: of indicators that no plan has, or of regions that are not in the table, as it is
-- configured last. Parameters: indicator_ids, region_codes (lists; null: nothing is configured yet).
SELECT DISTINCT concat(o.indicator_id, ' ', o.region_code) AS what
FROM observation AS o
JOIN (
    SELECT submission_id, action, ROW_NUMBER() OVER (PARTITION BY submission_id ORDER BY seq DESC) AS place
    FROM event
    WHERE submission_id IS NOT NULL
) AS l ON l.submission_id = o.submission_id AND l.place = 1 AND l.action = 'accepted'
WHERE NOT list_contains(CAST($indicator_ids AS VARCHAR[]), o.indicator_id)
   OR NOT list_contains(CAST($region_codes AS VARCHAR[]), o.region_code)
ORDER BY what
