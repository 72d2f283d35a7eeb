-- The numbers of the submissions that there were at T in some state, first to last, as few words as a list of a million
-- needs: the region only of those that were not accepted then nor superseded, which not everybody may see.
-- Parameters: as_of (UTC, null = no limit), region_codes, forms, periods (lists, null = all), state (null = all).
SELECT s.submission_id, CASE WHEN e.action IN ('accepted', 'superseded') THEN NULL ELSE s.region_code END AS region_code
FROM submission AS s
JOIN (
    SELECT submission_id, MAX(seq) AS seq
    FROM event
    WHERE submission_id IS NOT NULL AND (CAST($as_of AS TIMESTAMP) IS NULL OR "at" <= CAST($as_of AS TIMESTAMP))
    GROUP BY submission_id
) AS l ON l.submission_id = s.submission_id
JOIN event AS e ON e.seq = l.seq
WHERE ($region_codes IS NULL OR s.region_code = ANY($region_codes))
  AND ($forms IS NULL OR s.form = ANY($forms))
  AND ($periods IS NULL OR s.period = ANY($periods))
  AND (CAST($state AS VARCHAR) IS NULL OR e.action = $state)
ORDER BY s.submission_id
