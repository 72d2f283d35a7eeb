-- A number that changes with every acceptance and every configuration: the sequence of the last such event, else 0.
SELECT coalesce(max(seq), 0) FROM event WHERE action IN ('accepted', 'configured')
