-- The figures in force that the file says anew, by their number as in check_force.sql.
SELECT -(s.in_force_id * 1000000 + i.place) AS line
FROM compared AS c
JOIN standing AS s ON s.number = c.number
JOIN check_indicator AS i ON i.indicator_id = c.indicator_id
WHERE s.in_force_id IS NOT NULL
