-- How many rows of each region are there, in force or not. No parameters.
SELECT region_code, COUNT(*) FROM observation GROUP BY region_code ORDER BY region_code
