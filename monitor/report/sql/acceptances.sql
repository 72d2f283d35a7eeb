-- The acceptances of some regions' submissions that were recorded in a stretch, in order.
-- Parameters: region_codes (list), after, until (sequence numbers of events; after is not among them, until is).
SELECT s.submission_id, s.region_code, s.form, s.period, s.vintage, s.revision, s.estimated, e."at" AS accepted_at,
       e.seq AS accepted_seq
FROM submission AS s
JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
WHERE e.seq > $after AND e.seq <= $until AND array_contains($region_codes, s.region_code)
ORDER BY e.seq
