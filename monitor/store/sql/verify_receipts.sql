-- Each receipt with the SHA-256 that its kept file must have: that of the file as it was received, or, where names were
-- erased from it, the one that the last such entry of the audit log gives. Of a file that was refused before it was read
-- (too large) nothing was taken, nor its hash.
SELECT r.receipt_id, coalesce(x."after", r.file_sha256) AS sha256
FROM receipt AS r
LEFT JOIN (
    SELECT object, "after", ROW_NUMBER() OVER (PARTITION BY object ORDER BY seq DESC) AS place
    FROM audit
    WHERE action = 'people_erased' AND "after" IS NOT NULL
) AS x ON x.object = concat('receipt:', CAST(r.receipt_id AS VARCHAR)) AND x.place = 1
WHERE r.file_sha256 <> ''
ORDER BY r.receipt_id
