-- The sequence number of the newest acceptance that is recorded; 0 where there is none.
SELECT coalesce(max(seq), 0) FROM event WHERE action = 'accepted'
