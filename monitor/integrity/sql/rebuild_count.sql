-- How many rows were made again: as they were sent, and carried. No parameters.
SELECT COUNT(*) FILTER (WHERE carried_from IS NULL), COUNT(*) FILTER (WHERE carried_from IS NOT NULL) FROM observation
