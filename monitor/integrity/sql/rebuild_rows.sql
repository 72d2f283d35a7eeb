-- Write the rows of a file that was read again, each to the submission of its part; what the file said again when it came made no
-- submission. The temporary tables are those of intake (submit_bundle.sql, submit_incoming.sql). Parameters: receipt_id.
INSERT INTO observation
SELECT s.submission_id, i.line, i.indicator_id, i.region_code, i.period, i.state, i.numerator, i.denominator, i.part_unit,
       i.value, i.unit, i.comparator, i.vintage, i.synthetic, i.note, i.source, i.published_on, i.grade, NULL
FROM incoming AS i
JOIN bundle AS b ON b.number = i.number
JOIN submission AS s ON s.region_code = b.region_code AND s.form = b.form AND s.period = b.period
                    AND s.vintage = b.vintage AND s.receipt_id = $receipt_id
