-- Purpose: the rows about which there is nothing to report, as stage_rows.sql gives those that were read one by one.
-- Left out, for the normaliser to read: a row with a text that is not its own canonical form, with a note that needs a look, or
-- with a figure that is not clearly right. Clearly: by a relative margin far above what floats lose in these few operations
-- (figures.py), so that exact arithmetic would say the same. Short numbers fit DECIMAL(18,10): see stage_rows.sql.
-- Parameters (variables): number, the pattern of a plain number; margin; share_tolerance, the least of percentages; text_bytes,
-- how long a free text may be; first_day, last_day; of the columns with few meanings the texts that occur, and their meanings.
-- Reads the tables raw and meaning.
SELECT
    line, indicator_id, region_code, period,
    CASE WHEN has_parts OR has_value THEN 'value' ELSE 'missing' END AS state,
    CASE WHEN strlen(numerator) <= 8 OR strpos(numerator, '.') BETWEEN 1 AND 9
         THEN CAST(CAST(NULLIF(numerator, '') AS DECIMAL(18,10)) AS DECIMAL(38,10))
         ELSE CAST(numerator AS DECIMAL(38,10)) END AS numerator,
    CASE WHEN strlen(denominator) <= 8 OR strpos(denominator, '.') BETWEEN 1 AND 9
         THEN CAST(CAST(NULLIF(denominator, '') AS DECIMAL(18,10)) AS DECIMAL(38,10))
         ELSE CAST(denominator AS DECIMAL(38,10)) END AS denominator,
    CASE WHEN has_parts THEN NULLIF(part_unit, '') END AS part_unit,
    CASE WHEN strlen("value") <= 8 OR strpos("value", '.') BETWEEN 1 AND 9
         THEN CAST(CAST(NULLIF("value", '') AS DECIMAL(18,10)) AS DECIMAL(38,10))
         ELSE CAST("value" AS DECIMAL(38,10)) END AS "value",
    NULLIF(unit, '') AS unit, comparator, vintage, synthetic = 'true' AS synthetic, NULLIF(note, '') AS note,
    NULLIF(source, '') AS source, CAST(NULLIF(published_on, '') AS DATE) AS published_on, NULLIF(grade, '') AS grade
FROM (
    SELECT
        r.line, i.meaning AS indicator_id, g.meaning AS region_code, p.meaning AS period,
        r.numerator, r.denominator, i.part_unit, r."value", i.unit,
        getvariable('comparator_meanings')[list_position(getvariable('comparator_texts'), r.comparator)] AS comparator,
        getvariable('vintage_meanings')[list_position(getvariable('vintage_texts'), r.vintage)] AS vintage,
        getvariable('synthetic_meanings')[list_position(getvariable('synthetic_texts'), r.synthetic)] AS synthetic,
        r.note, r.source, r.published_on, r.grade,
        r.numerator <> '' AND r.denominator <> '' AS has_parts, r.numerator = '' AND r.denominator = '' AS has_no_parts,
        r."value" <> '' AS has_value,
        i.factor IS NOT NULL AND i.unit = i.own_unit AS may_be_quotient, i.own_unit = '%' AS is_share, i.factor, i.times,
        coalesce(i.low, CAST('-inf' AS DOUBLE)) AS low, coalesce(i.high, CAST('inf' AS DOUBLE)) AS high,
        TRY_CAST(NULLIF(r.numerator, '') AS DOUBLE) AS above, TRY_CAST(NULLIF(r.denominator, '') AS DOUBLE) AS below,
        TRY_CAST(NULLIF(r."value", '') AS DOUBLE) AS number
    FROM raw AS r
    JOIN meaning AS i ON i.name = 'rule' AND i.text = r.indicator_id AND i.unit_text = r.unit AND i.part_unit_text = r.part_unit
    JOIN meaning AS g ON g.name = 'region_code' AND g.text = r.region_code
    JOIN meaning AS p ON p.name = 'period' AND p.text = r.period
    WHERE (r.numerator = '' OR regexp_full_match(r.numerator, getvariable('number')))
      AND (r.denominator = '' OR regexp_full_match(r.denominator, getvariable('number')))
      AND (r."value" = '' OR regexp_full_match(r."value", getvariable('number')))
      AND list_contains(getvariable('comparator_texts'), r.comparator)
      AND list_contains(getvariable('vintage_texts'), r.vintage)
      AND list_contains(getvariable('synthetic_texts'), r.synthetic)
      AND (r.published_on = ''
           OR (CAST(TRY_CAST(r.published_on AS DATE) AS VARCHAR) = r.published_on
               AND r.published_on BETWEEN getvariable('first_day') AND getvariable('last_day')))
      AND (r.note = ''
           OR (NOT starts_with(r.note, '''') AND strlen(r.note) <= getvariable('text_bytes') AND NOT contains(r.note, chr(65533))))
      AND (r.source = ''
           OR (NOT starts_with(r.source, '''') AND strlen(r.source) <= getvariable('text_bytes')
               AND NOT contains(r.source, chr(65533))))
      AND (r.grade = ''
           OR (NOT starts_with(r.grade, '''') AND strlen(r.grade) <= getvariable('text_bytes')
               AND NOT contains(r.grade, chr(65533))))
) AS read
WHERE CASE
    WHEN has_parts THEN
        may_be_quotient AND comparator = 'eq' AND above >= 0 AND below > 0
        AND low + getvariable('margin') * (above * factor / below + 1) < above * factor / below
        AND above * factor / below < high - getvariable('margin') * (above * factor / below + 1)
        AND (NOT has_value
             OR abs(number - above * factor / below) < greatest(
                    0.5 * pow(10, CASE WHEN strpos("value", '.') = 0 THEN 0 ELSE strpos("value", '.') - strlen("value") END),
                    CASE WHEN is_share THEN CAST(getvariable('share_tolerance') AS DOUBLE) ELSE 0 END
                ) - getvariable('margin') * (above * factor / below + 1))
    WHEN has_no_parts AND has_value THEN
        low + getvariable('margin') * (abs(number * times) + 1) < number * times
        AND number * times < high - getvariable('margin') * (abs(number * times) + 1)
    ELSE has_no_parts AND comparator = 'eq' END
