-- The submissions there were at T, newest first, each with the state it was in then and who had put it there.
-- `explanation` is the latest given; `queries` counts what needs one, `open_queries` those
-- without any; `in_force` is the revision of the same
-- (region, form, period, vintage) whose figures counted at T (null = none): a revision below it can no longer be accepted.
-- Parameters: as_of (UTC, null = no limit), submission_ids, receipt_ids, region_codes, forms, periods, states
-- (lists, null = all), most (how many rows at most, null = all). Those asked for are found first: all else is of them alone.
WITH asked AS (
    SELECT s.*
    FROM submission AS s
    WHERE ($submission_ids IS NULL OR s.submission_id = ANY($submission_ids))
      AND ($receipt_ids IS NULL OR s.receipt_id = ANY($receipt_ids))
      AND ($region_codes IS NULL OR s.region_code = ANY($region_codes))
      AND ($forms IS NULL OR s.form = ANY($forms))
      AND ($periods IS NULL OR s.period = ANY($periods))
      AND (($states IS NULL AND $as_of IS NULL) OR s.submission_id IN (
          SELECT e.submission_id
          FROM event AS e
          WHERE ($states IS NOT NULL OR $as_of IS NOT NULL)
            AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
          GROUP BY e.submission_id
          HAVING $states IS NULL OR MAX(e.seq) = MAX(CASE WHEN e.action = ANY($states) THEN e.seq END)
      ))
    ORDER BY s.submission_id DESC
    LIMIT coalesce(CAST($most AS INTEGER), 2147483647)
)
SELECT s.submission_id, s.receipt_id, s.region_code, s.form, s.period, s.vintage, s.revision, l.state,
       l.state_at, l.state_by, l.detail, s.row_count, s.content_sha256, s.submitted_at, s.submitted_by, s.estimated,
       coalesce(x.explanation, s.explanation) AS explanation, coalesce(q.queries, 0) AS queries,
       f.in_force, r.file_name,
       CASE WHEN coalesce(x.explanation, s.explanation) IS NULL THEN coalesce(q.open_queries, 0) ELSE 0 END AS open_queries
FROM asked AS s
JOIN (
    SELECT submission_id, action AS state, "at" AS state_at, actor AS state_by, detail
    FROM (
        SELECT e.submission_id, e.action, e."at", e.actor, e.detail,
               ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
        FROM event AS e
        WHERE e.submission_id IN (SELECT submission_id FROM asked)
          AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
    ) AS happened
    WHERE place = 1
) AS l ON l.submission_id = s.submission_id
LEFT JOIN (
    SELECT submission_id, explanation
    FROM (
        SELECT e.submission_id, json_extract_string(e.detail, '$.explanation') AS explanation,
               ROW_NUMBER() OVER (PARTITION BY e.submission_id ORDER BY e.seq DESC) AS place
        FROM event AS e
        WHERE e.submission_id IN (SELECT submission_id FROM asked)
          AND e.action IN ('submitted', 'accepted') AND json_extract_string(e.detail, '$.explanation') IS NOT NULL
          AND (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
    ) AS explained
    WHERE place = 1
) AS x ON x.submission_id = s.submission_id
LEFT JOIN (
    SELECT i.submission_id, COUNT(*) AS queries, COUNT(*) - COUNT(a.submission_id) AS open_queries
    FROM issue AS i
    LEFT JOIN (
        SELECT DISTINCT o.submission_id, o.line, o.rule
        FROM explanation AS o
        JOIN event AS e ON e.seq = o.seq
        WHERE CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP)
    ) AS a ON a.submission_id = i.submission_id AND a.line IS NOT DISTINCT FROM i.line
          AND a.rule = coalesce(i.rule, i.code)
    WHERE i.severity = 'query' AND i.submission_id IN (SELECT submission_id FROM asked)
    GROUP BY i.submission_id
) AS q ON q.submission_id = s.submission_id
LEFT JOIN (
    SELECT a.region_code, a.form, a.period, a.vintage, MAX(a.revision) AS in_force
    FROM submission AS a
    JOIN event AS e ON e.submission_id = a.submission_id AND e.action = 'accepted'
    WHERE (CAST($as_of AS TIMESTAMP) IS NULL OR e."at" <= CAST($as_of AS TIMESTAMP))
      AND a.region_code IN (SELECT region_code FROM asked) AND a.period IN (SELECT period FROM asked)
    GROUP BY a.region_code, a.form, a.period, a.vintage
) AS f ON f.region_code = s.region_code AND f.form = s.form AND f.period = s.period AND f.vintage = s.vintage
JOIN receipt AS r ON r.receipt_id = s.receipt_id
ORDER BY s.submission_id DESC
