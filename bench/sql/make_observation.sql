-- Figures that wander around each indicator's typical size; ratios have parts.
INSERT INTO observation
SELECT submission_id, 0, list_extract($ids, i), region_code, period, 'value',
       CASE WHEN list_extract($part_units, i) IS NOT NULL
            THEN CAST(600 + (n * 7919 + month * 331 + i * 31 + revision) % 390 AS DECIMAL(38, 10)) END,
       CASE WHEN list_extract($part_units, i) IS NOT NULL THEN CAST(1000 AS DECIMAL(38, 10)) END,
       list_extract($part_units, i),
       CASE WHEN list_extract($part_units, i) IS NULL
            THEN CAST(list_extract($scales, i) * (800 + (n * 7919 + month * 331 + i) % 400) / 1000 AS DECIMAL(38, 10)) END,
       list_extract($own_units, i), 'eq', 'reported', true, '模拟数据', NULL, NULL, NULL, NULL
FROM made, range(1, 16) AS k(i)
