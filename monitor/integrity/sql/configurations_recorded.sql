-- The configurations, each with the number of its event. No parameters.
SELECT seq, content FROM configuration ORDER BY seq
