-- The explanations that came with the file, each of one query. Parameters: parallel lists lines (null = of no row), rules,
-- texts.
CREATE OR REPLACE TEMP TABLE answer AS
SELECT unnest(CAST($lines AS INTEGER[])) AS line, unnest(CAST($rules AS VARCHAR[])) AS rule,
       unnest(CAST($texts AS VARCHAR[])) AS text
