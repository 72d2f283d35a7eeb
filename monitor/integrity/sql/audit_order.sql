-- Entries of the audit log that are missing in the count 1, 2, …, or earlier than the one before. No parameters.
SELECT CASE WHEN seq - before > 1 THEN concat('audit:', CAST(before + 1 AS VARCHAR), '-', CAST(seq - 1 AS VARCHAR))
            ELSE concat('audit:', CAST(seq AS VARCHAR)) END AS what
FROM (
    SELECT seq, "at", LAG(seq, 1, 0) OVER (ORDER BY seq) AS before, LAG("at") OVER (ORDER BY seq) AS at_before
    FROM audit
) AS ordered
WHERE seq - before > 1 OR "at" < at_before
ORDER BY seq
