-- Indicators of the file that no loaded plan has.
SELECT DISTINCT indicator_id FROM form_of WHERE form IS NULL ORDER BY indicator_id
