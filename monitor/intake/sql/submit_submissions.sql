-- Write the new revisions, each with a hash of what it says: separators that no text can hold keep apart what is empty,
-- what is absent and where a cell ends; cells stand in order (sorted lists are cheaper than ordered aggregates here). A number
-- that fits 64 bits is written eight times as fast from those, in the same digits.
-- Parameters: receipt_id, moment (UTC), actor, estimated, explanation.
INSERT INTO submission
SELECT o.submission_id, $receipt_id, o.region_code, o.form, o.period, o.vintage, o.next_revision, h.content_sha256,
       o.row_count, coalesce(d.submitted_at, $moment), coalesce(d.sender, $actor), coalesce(d.estimated, $estimated),
       coalesce(CASE WHEN o.queries > 0 AND d.if_asked IS NOT NULL THEN concat_ws('；', d.explanation, d.if_asked)
                     ELSE d.explanation END, $explanation)
FROM outcome AS o
LEFT JOIN dated AS d ON d.number = o.number
JOIN (
    SELECT number,
           sha256(array_to_string(list_sort(list(
               concat_ws(
                   chr(31), indicator_id, state,
                   coalesce(CAST(TRY_CAST(numerator AS DECIMAL(18,10)) AS VARCHAR), CAST(numerator AS VARCHAR), chr(30)),
                   coalesce(CAST(TRY_CAST(denominator AS DECIMAL(18,10)) AS VARCHAR), CAST(denominator AS VARCHAR), chr(30)),
                   coalesce(part_unit, chr(30)),
                   coalesce(CAST(TRY_CAST(value AS DECIMAL(18,10)) AS VARCHAR), CAST(value AS VARCHAR), chr(30)),
                   unit, comparator, CAST(synthetic AS VARCHAR),
                   coalesce(note, chr(30)), coalesce(source, chr(30)),
                   coalesce(CAST(published_on AS VARCHAR), chr(30)), coalesce(grade, chr(30))
               )
           )), chr(29))) AS content_sha256
    FROM incoming
    WHERE number IN (SELECT number FROM outcome WHERE is_new)
    GROUP BY number
) AS h ON h.number = o.number
WHERE o.is_new
ORDER BY o.number
