-- A question that takes its time: how the figures of each period compare with each other. Parameters: least.
SELECT a.period, COUNT(*) AS pairs, SUM(CASE WHEN a.value > b.value THEN 1 ELSE 0 END) AS greater,
       SUM(CAST(a.submission_id * 7 + b.submission_id AS DECIMAL(38, 0))) AS said
FROM observation AS a
JOIN observation AS b ON b.indicator_id = a.indicator_id AND b.vintage = a.vintage
WHERE a.submission_id >= $least
GROUP BY a.period
ORDER BY a.period
