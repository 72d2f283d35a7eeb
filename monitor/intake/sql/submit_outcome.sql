-- What becomes of each part of the file: a new revision where a cell is new or different, else nothing.
-- `submission_id`: of the new revision, else of the one that already says so. `waits`: has a query without an explanation,
-- neither its own (`answer`) nor a whole one. Parameters: explained (whether an explanation came with the file), all_wait (more queries than could be listed).
CREATE OR REPLACE TEMP TABLE outcome AS
SELECT number, region_code, form, period, vintage, row_count, created, updated, unchanged,
       CASE WHEN is_new THEN carried ELSE 0 END AS carried, CASE WHEN is_new THEN queries ELSE 0 END AS queries,
       is_new, in_force_id, pending_id,
       CASE WHEN is_new
            THEN (SELECT coalesce(MAX(submission_id), 0) FROM submission)
                 + ROW_NUMBER() OVER (PARTITION BY is_new ORDER BY number)
            ELSE coalesce(pending_id, in_force_id) END AS submission_id,
       last_revision + 1 AS next_revision,
       is_new AND NOT CAST($explained AS BOOLEAN) AND (open_queries > 0 OR CAST($all_wait AS BOOLEAN)) AS waits
FROM (
    SELECT b.number, b.region_code, b.form, b.period, b.vintage, c.row_count,
           c.created, c.updated, c.unchanged, c.created + c.updated > 0 AS is_new,
           coalesce(k.in_force_cells, 0) - c.in_force_named AS carried,
           coalesce(q.queries, 0) + w.queries AS queries, coalesce(q.open_queries, 0) + w.open_queries AS open_queries,
           s.in_force_id, s.pending_id, coalesce(s.last_revision, 0) AS last_revision
    FROM bundle AS b
    JOIN (
        SELECT c.number, COUNT(*) AS row_count, SUM(CASE WHEN c.change = 'created' THEN 1 ELSE 0 END) AS created,
               SUM(CASE WHEN c.change = 'updated' THEN 1 ELSE 0 END) AS updated,
               SUM(CASE WHEN c.change = 'unchanged' THEN 1 ELSE 0 END) AS unchanged,
               SUM(coalesce(k.in_force, 0)) AS in_force_named
        FROM compared AS c
        LEFT JOIN base AS k ON k.number = c.number AND k.indicator_id = c.indicator_id
        GROUP BY c.number
    ) AS c ON c.number = b.number
    LEFT JOIN standing AS s ON s.number = b.number
    LEFT JOIN (SELECT number, SUM(in_force) AS in_force_cells FROM base GROUP BY number) AS k ON k.number = b.number
    LEFT JOIN (
        SELECT n.number, COUNT(*) AS queries, COUNT(*) - COUNT(a.rule) AS open_queries
        FROM noticed AS n
        LEFT JOIN answer AS a ON a.line IS NOT DISTINCT FROM n.line AND a.rule = coalesce(n.rule, n.code)
        WHERE n.severity = 'query' AND n.number IS NOT NULL
        GROUP BY n.number
    ) AS q ON q.number = b.number
    CROSS JOIN (
        SELECT COUNT(*) AS queries, COUNT(*) - COUNT(a.rule) AS open_queries
        FROM noticed AS n
        LEFT JOIN answer AS a ON a.line IS NULL AND a.rule = coalesce(n.rule, n.code)
        WHERE n.severity = 'query' AND n.number IS NULL AND n.line IS NULL
    ) AS w
) AS part
