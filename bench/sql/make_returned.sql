-- A number of events more. Parameters: count.
INSERT INTO event
SELECT coalesce((SELECT MAX(seq) FROM event), 0) + 1 + range, TIMESTAMP '2026-01-01', '审核员', 'returned', 1, NULL,
       '{"reason": "模拟数据"}'
FROM range($count)
