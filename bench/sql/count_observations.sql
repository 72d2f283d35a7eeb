-- How many observations a store holds.
SELECT count(*) FROM observation
