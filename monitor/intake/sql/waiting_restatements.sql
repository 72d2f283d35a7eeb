-- Of submissions that wait: how many figures in force each changes, the reason that was given for it (null = none), and
-- whether an earlier revision of the same four was returned, and whether something is lacking in it. Parameters: submission_ids.
SELECT s.submission_id,
       (
           SELECT COUNT(*)
           FROM observation AS n
           JOIN observation AS k ON k.indicator_id = n.indicator_id
           WHERE n.submission_id = s.submission_id AND k.submission_id = f.submission_id
             AND (n.state <> k.state OR n.unit <> k.unit OR n.comparator <> k.comparator
                  OR n.numerator IS DISTINCT FROM k.numerator OR n.denominator IS DISTINCT FROM k.denominator
                  OR n.part_unit IS DISTINCT FROM k.part_unit OR n.value IS DISTINCT FROM k.value)
       ) AS restated,
       r.reason, b.submission_id IS NOT NULL AS is_resent,
       EXISTS (
           SELECT 1
           FROM issue AS g
           WHERE g.submission_id = s.submission_id AND g.code IN ('form_incomplete', 'waiting_not_carried')
       ) AS has_gaps
FROM submission AS s
LEFT JOIN (
    SELECT w.submission_id AS waiting_id, MAX(a.submission_id) AS submission_id
    FROM submission AS w
    JOIN submission AS a ON a.region_code = w.region_code AND a.form = w.form AND a.period = w.period
                        AND a.vintage = w.vintage AND a.revision < w.revision
    JOIN event AS e ON e.submission_id = a.submission_id AND e.action = 'accepted'
    WHERE w.submission_id = ANY($submission_ids)
    GROUP BY w.submission_id
) AS f ON f.waiting_id = s.submission_id
LEFT JOIN (
    SELECT submission_id, MAX(json_extract_string(detail, '$.reason')) AS reason
    FROM event
    WHERE action = 'submitted' AND submission_id = ANY($submission_ids)
    GROUP BY submission_id
) AS r ON r.submission_id = s.submission_id
LEFT JOIN (
    SELECT w.submission_id AS waiting_id, MAX(a.submission_id) AS submission_id
    FROM submission AS w
    JOIN submission AS a ON a.region_code = w.region_code AND a.form = w.form AND a.period = w.period
                        AND a.vintage = w.vintage AND a.revision < w.revision
    JOIN event AS e ON e.submission_id = a.submission_id AND e.action = 'returned'
    WHERE w.submission_id = ANY($submission_ids)
    GROUP BY w.submission_id
) AS b ON b.waiting_id = s.submission_id
WHERE s.submission_id = ANY($submission_ids)
