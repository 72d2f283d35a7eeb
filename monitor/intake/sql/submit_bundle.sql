-- The file split by (region, form, period, vintage), numbered, with a hash of what each part says.
-- Separators that no text can hold keep apart what is empty, what is absent and where a cell ends.
CREATE TEMP TABLE bundle AS
SELECT ROW_NUMBER() OVER (ORDER BY region_code, form, period, vintage) AS number,
       region_code, form, period, vintage, row_count, content_sha256
FROM (
    SELECT region_code, form, period, vintage, COUNT(*) AS row_count,
           sha256(string_agg(
               concat_ws(
                   chr(31), indicator_id, state, coalesce(CAST(numerator AS VARCHAR), chr(30)),
                   coalesce(CAST(denominator AS VARCHAR), chr(30)), coalesce(part_unit, chr(30)),
                   coalesce(CAST(value AS VARCHAR), chr(30)), unit, comparator, CAST(synthetic AS VARCHAR),
                   coalesce(note, chr(30)), coalesce(source, chr(30)),
                   coalesce(CAST(published_on AS VARCHAR), chr(30)), coalesce(grade, chr(30))
               ),
               chr(29) ORDER BY indicator_id
           )) AS content_sha256
    FROM incoming
    GROUP BY region_code, form, period, vintage
) AS part
