-- Every receipt beside which people are kept, newest first: the receipt, the units and periods of what it became (null
-- where nothing was submitted), and the people.
SELECT r.receipt_id, r.received_at, r.received_by, r.file_name, s.regions, s.periods,
       p.head, p.officer, p.prepared, p.phone, p.signed_on
FROM (
    SELECT receipt_id,
           MAX(CASE WHEN field = 'head' THEN text END) AS head,
           MAX(CASE WHEN field = 'officer' THEN text END) AS officer,
           MAX(CASE WHEN field = 'prepared' THEN text END) AS prepared,
           MAX(CASE WHEN field = 'phone' THEN text END) AS phone,
           MAX(CASE WHEN field = 'date' THEN text END) AS signed_on
    FROM form_person
    GROUP BY receipt_id
) AS p
JOIN receipt AS r ON r.receipt_id = p.receipt_id
LEFT JOIN (
    SELECT receipt_id, string_agg(DISTINCT region_code, ' ' ORDER BY region_code) AS regions,
           string_agg(DISTINCT period, ' ' ORDER BY period) AS periods
    FROM submission
    GROUP BY receipt_id
) AS s ON s.receipt_id = p.receipt_id
ORDER BY p.receipt_id DESC
