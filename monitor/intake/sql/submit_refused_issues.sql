-- Write what was noticed about a refused file. Parameters: receipt_id; parallel lists sheets, lines, columns, codes,
-- severities, zh, en, texts.
INSERT INTO issue
SELECT $receipt_id, NULL, unnest($sheets), unnest($lines), unnest($columns), unnest($codes), unnest($severities),
       unnest($zh), unnest($en), unnest($texts)
