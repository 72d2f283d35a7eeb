-- Add entries to the audit log. Parameters: the columns as lists of one length, in the order of seq.
INSERT INTO audit (seq, "at", actor, action, object, detail, event_seq, event_sha256, before, after, mac)
SELECT unnest(CAST($seq AS BIGINT[])), unnest(CAST($at AS TIMESTAMP[])), unnest(CAST($actor AS VARCHAR[])),
       unnest(CAST($action AS VARCHAR[])), unnest(CAST($object AS VARCHAR[])), unnest(CAST($detail AS VARCHAR[])),
       unnest(CAST($event_seq AS BIGINT[])), unnest(CAST($event_sha256 AS VARCHAR[])),
       unnest(CAST($before AS VARCHAR[])), unnest(CAST($after AS VARCHAR[])), unnest(CAST($mac AS VARCHAR[]))
