-- Submissions whose rows are not those that were sent: their count, or the hash of what they say (as
-- intake/sql/submit_submissions.sql makes it), or their place in the store. Parameters: first, last (submission_id).
SELECT s.submission_id, s.row_count, coalesce(h.row_count, 0) AS found, s.content_sha256 = h.content_sha256 AS same,
       coalesce(h.strays, 0) AS strays
FROM submission AS s
LEFT JOIN (
    SELECT o.submission_id, COUNT(*) AS row_count,
           COUNT(*) FILTER (WHERE o.region_code <> p.region_code OR o.period <> p.period OR o.vintage <> p.vintage)
               AS strays,
           sha256(array_to_string(list_sort(list(
               concat_ws(
                   chr(31), o.indicator_id, o.state, coalesce(CAST(o.numerator AS VARCHAR), chr(30)),
                   coalesce(CAST(o.denominator AS VARCHAR), chr(30)), coalesce(o.part_unit, chr(30)),
                   coalesce(CAST(o.value AS VARCHAR), chr(30)), o.unit, o.comparator, CAST(o.synthetic AS VARCHAR),
                   coalesce(o.note, chr(30)), coalesce(o.source, chr(30)),
                   coalesce(CAST(o.published_on AS VARCHAR), chr(30)), coalesce(o.grade, chr(30))
               )
           )), chr(29))) AS content_sha256
    FROM observation AS o
    JOIN submission AS p ON p.submission_id = o.submission_id
    WHERE o.submission_id BETWEEN $first AND $last AND o.carried_from IS NULL
    GROUP BY o.submission_id
) AS h ON h.submission_id = s.submission_id
WHERE s.submission_id BETWEEN $first AND $last
  AND (h.row_count IS DISTINCT FROM s.row_count OR h.content_sha256 IS DISTINCT FROM s.content_sha256 OR h.strays > 0)
ORDER BY s.submission_id
