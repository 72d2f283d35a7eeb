-- Of each part of a file that makes a new revision, two kinds of indicators. `given`: with something said of them, by the
-- file or by what is carried in. `dropped`: said by the revision that waits, not named by the file, and not in force, so
-- that nothing of it stays when the new revision is accepted.
SELECT region_code, form, period, vintage, kind, list_sort(list(indicator_id)) AS indicator_ids
FROM (
    SELECT b.region_code, b.form, b.period, b.vintage, 'given' AS kind, i.indicator_id
    FROM incoming AS i
    JOIN bundle AS b ON b.number = i.number
    JOIN outcome AS o ON o.number = i.number AND o.is_new
    WHERE i.state <> 'missing'
    UNION ALL
    SELECT f.region_code, o.form, f.period, f.vintage, 'given', f.indicator_id
    FROM stood AS f
    JOIN outcome AS o ON o.number = f.number AND o.is_new
    LEFT JOIN compared AS c ON c.number = f.number AND c.indicator_id = f.indicator_id
    WHERE f.in_force = 1 AND c.indicator_id IS NULL AND f.state <> 'missing'
    UNION ALL
    SELECT p.region_code, o.form, p.period, p.vintage, 'dropped', p.indicator_id
    FROM stood AS p
    JOIN outcome AS o ON o.number = p.number AND o.is_new
    LEFT JOIN stood AS f ON f.number = p.number AND f.in_force = 1 AND f.indicator_id = p.indicator_id
    LEFT JOIN compared AS c ON c.number = p.number AND c.indicator_id = p.indicator_id
    WHERE p.in_force = 0 AND c.indicator_id IS NULL
      AND (f.submission_id IS NULL OR p.state <> f.state OR p.unit <> f.unit OR p.comparator <> f.comparator
           OR p.numerator IS DISTINCT FROM f.numerator OR p.denominator IS DISTINCT FROM f.denominator
           OR p.value IS DISTINCT FROM f.value)
) AS said
GROUP BY region_code, form, period, vintage, kind
ORDER BY region_code, form, period, vintage, kind
