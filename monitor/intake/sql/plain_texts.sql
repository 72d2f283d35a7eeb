-- Purpose: what stands in the columns of few different texts, each text once; units beside their row's indicator.
-- Parameters (variables): most (so many, and one more to tell). Columns: name, text, and of the name `rule`, whose text is an
-- indicator, its unit and the unit of its parts.
SELECT name, text, unit, part_unit
FROM (
    SELECT DISTINCT 'rule' AS name, indicator_id AS text, unit, part_unit FROM raw
    UNION ALL
    SELECT DISTINCT 'region_code', region_code, '', '' FROM raw
    UNION ALL
    SELECT DISTINCT 'period', period, '', '' FROM raw
    UNION ALL
    SELECT DISTINCT 'comparator', comparator, '', '' FROM raw
    UNION ALL
    SELECT DISTINCT 'vintage', vintage, '', '' FROM raw
    UNION ALL
    SELECT DISTINCT 'synthetic', synthetic, '', '' FROM raw
)
LIMIT getvariable('most')
