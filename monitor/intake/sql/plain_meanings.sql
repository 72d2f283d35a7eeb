-- Purpose: meanings of texts as rows.
-- Parameters (variables): meanings, a JSON list; low and high null: no bound; factor null: no ratio; `times`: how many of the
-- indicator's own unit one of `unit` is. Columns: the text as it stands (of a rule with both units), and its meaning.
SELECT UNNEST(from_json(
    getvariable('meanings'),
    '[{"name": "VARCHAR", "text": "VARCHAR", "unit_text": "VARCHAR", "part_unit_text": "VARCHAR", "meaning": "VARCHAR",
       "unit": "VARCHAR", "part_unit": "VARCHAR", "own_unit": "VARCHAR", "times": "DOUBLE", "factor": "DOUBLE",
       "low": "DOUBLE", "high": "DOUBLE"}]'
), recursive := true)
