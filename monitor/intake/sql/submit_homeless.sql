-- Indicators of the file that no loaded plan has.
SELECT DISTINCT indicator_id FROM incoming WHERE form IS NULL ORDER BY indicator_id
