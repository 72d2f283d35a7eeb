-- The newest event of those at or before T; 0 where there is none. Parameters: as_of (UTC).
SELECT coalesce(max(seq), 0) FROM event WHERE "at" <= CAST($as_of AS TIMESTAMP)
