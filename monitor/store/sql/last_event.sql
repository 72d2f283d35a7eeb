-- The sequence number and the time of the newest event (0 and null in an empty store).
SELECT coalesce(max(seq), 0), max("at") FROM event
