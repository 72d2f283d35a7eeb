-- The figures in force, for Superset's virtual dataset: one row per (indicator, region, period), the latest accepted.
-- `year`: whose figure it is, as one who knows the data would write it: that of the year, else of its last quarter.
SELECT indicator_id, region_code, period, CAST(figure AS DOUBLE) AS figure,
       CASE WHEN period LIKE '____' OR period LIKE '____-Q4' THEN left(period, 4) END AS "year"
FROM (
    SELECT o.indicator_id, o.region_code, o.period,
           coalesce(100 * o.numerator / nullif(o.denominator, 0), o.value) AS figure,
           ROW_NUMBER() OVER (PARTITION BY o.indicator_id, o.region_code, o.period ORDER BY e.seq DESC) AS place
    FROM observation AS o
    JOIN event AS e ON e.submission_id = o.submission_id AND e.action = 'accepted'
    WHERE o.state = 'value' AND o.vintage <> 'plan'
) AS sent
WHERE place = 1
