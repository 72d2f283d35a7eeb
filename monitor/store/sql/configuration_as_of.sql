-- The catalogues, regions and settings in force at T: the last recorded at or before T, else the first there is.
-- Parameters: as_of (UTC, null = no limit).
SELECT seq, "at", hash, content
FROM (
    SELECT c.seq, c."at", c.hash, c.content,
           ROW_NUMBER() OVER (
               ORDER BY CASE WHEN CAST($as_of AS TIMESTAMP) IS NULL OR c."at" <= CAST($as_of AS TIMESTAMP)
                             THEN -c.seq END NULLS LAST,
                        c.seq
           ) AS place
    FROM configuration AS c
) AS recorded
WHERE place = 1
