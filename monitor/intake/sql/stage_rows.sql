-- Purpose: the normalised rows of one file, cast to the columns of the staging file.
-- Parameters (variables): path, the reader's own text file (17 columns, fields end with U+001F, rows with a line feed, no quotes,
-- empty = NULL; in free texts U+001E and a digit stand for a character that would end a field or a row).
-- A text of at most 8 digits before the point fits DECIMAL(18,10), which casts about 40 times faster and as exactly;
-- texts have at most 10 decimals.
SELECT
    CAST(line AS INTEGER) AS line,
    indicator_id,
    region_code,
    period,
    state,
    CASE WHEN strpos(numerator || '.', '.') <= 9
         THEN CAST(CAST(numerator AS DECIMAL(18,10)) AS DECIMAL(38,10))
         ELSE CAST(numerator AS DECIMAL(38,10)) END AS numerator,
    CASE WHEN strpos(denominator || '.', '.') <= 9
         THEN CAST(CAST(denominator AS DECIMAL(18,10)) AS DECIMAL(38,10))
         ELSE CAST(denominator AS DECIMAL(38,10)) END AS denominator,
    part_unit,
    CASE WHEN strpos("value" || '.', '.') <= 9
         THEN CAST(CAST("value" AS DECIMAL(18,10)) AS DECIMAL(38,10))
         ELSE CAST("value" AS DECIMAL(38,10)) END AS "value",
    unit,
    comparator,
    vintage,
    CAST(synthetic AS BOOLEAN) AS synthetic,
    replace(replace(replace(replace(note, chr(30) || '1', chr(31)), chr(30) || '2', chr(10)), chr(30) || '3', chr(13)),
        chr(30) || '0', chr(30)) AS note,
    replace(replace(replace(replace(source, chr(30) || '1', chr(31)), chr(30) || '2', chr(10)), chr(30) || '3', chr(13)),
        chr(30) || '0', chr(30)) AS source,
    CAST(published_on AS DATE) AS published_on,
    replace(replace(replace(replace(grade, chr(30) || '1', chr(31)), chr(30) || '2', chr(10)), chr(30) || '3', chr(13)),
        chr(30) || '0', chr(30)) AS grade
FROM read_csv(
    getvariable('path'),
    auto_detect = false,
    header = false,
    delim = E'\x1f',
    quote = '',
    escape = '',
    new_line = '\n',
    nullstr = '',
    parallel = false,
    max_line_size = 1000000,
    columns = {
        'line': 'VARCHAR', 'indicator_id': 'VARCHAR', 'region_code': 'VARCHAR', 'period': 'VARCHAR',
        'state': 'VARCHAR', 'numerator': 'VARCHAR', 'denominator': 'VARCHAR', 'part_unit': 'VARCHAR',
        'value': 'VARCHAR', 'unit': 'VARCHAR', 'comparator': 'VARCHAR', 'vintage': 'VARCHAR',
        'synthetic': 'VARCHAR', 'note': 'VARCHAR', 'source': 'VARCHAR', 'published_on': 'VARCHAR',
        'grade': 'VARCHAR'
    }
)
