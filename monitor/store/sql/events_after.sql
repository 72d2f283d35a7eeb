-- The events after one, in order, each with the content that its object has from then on (`after`) and the content that
-- this takes the place of (`before`), as SHA-256, where the event is about such: a submission's figures, a received
-- file, a configuration. An acceptance takes the place of the submission that it names as replaced; a new configuration
-- that of the one before. Parameters: seq.
SELECT e.seq, e."at", e.actor, e.action, e.submission_id, e.receipt_id, e.detail,
       CASE
           WHEN e.action = 'accepted' THEN b.content_sha256
           WHEN e.action = 'superseded' THEN s.content_sha256
           WHEN e.action = 'configured' THEN c.before
       END AS before,
       CASE
           WHEN e.action = 'superseded' THEN b.content_sha256
           WHEN e.submission_id IS NOT NULL THEN s.content_sha256
           WHEN e.receipt_id IS NOT NULL THEN r.file_sha256
           WHEN e.action = 'configured' THEN c.hash
       END AS after
FROM event AS e
LEFT JOIN submission AS s ON s.submission_id = e.submission_id
LEFT JOIN submission AS b ON b.submission_id = CASE
    WHEN e.action = 'accepted' THEN CAST(json_extract_string(e.detail, '$.replaces') AS BIGINT)
    WHEN e.action = 'superseded' THEN CAST(json_extract_string(e.detail, '$.by') AS BIGINT)
END
LEFT JOIN receipt AS r ON r.receipt_id = e.receipt_id
LEFT JOIN (SELECT seq, hash, LAG(hash) OVER (ORDER BY seq) AS before FROM configuration) AS c ON c.seq = e.seq
WHERE e.seq > $seq
ORDER BY e.seq
