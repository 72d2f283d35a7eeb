-- The submissions that something happened to after an event. Parameters: seq.
SELECT DISTINCT submission_id FROM event WHERE seq > $seq AND submission_id IS NOT NULL
