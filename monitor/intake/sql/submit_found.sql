-- Add what the checks found. Parameters: parallel lists numbers (of the file's parts), sheets, lines, columns, codes,
-- severities, zh, en, texts, indicator_ids, rules.
INSERT INTO noticed
SELECT unnest(CAST($numbers AS BIGINT[])), unnest(CAST($sheets AS VARCHAR[])), unnest(CAST($lines AS INTEGER[])),
       unnest(CAST($columns AS VARCHAR[])), unnest(CAST($codes AS VARCHAR[])), unnest(CAST($severities AS VARCHAR[])),
       unnest(CAST($zh AS VARCHAR[])), unnest(CAST($en AS VARCHAR[])), unnest(CAST($texts AS VARCHAR[])),
       unnest(CAST($indicator_ids AS VARCHAR[])), unnest(CAST($rules AS VARCHAR[]))
