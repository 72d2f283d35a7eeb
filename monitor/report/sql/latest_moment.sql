-- When what is known last changed: the latest acceptance, or a later change of catalogue or settings.
-- The first configuration holds for all times before it and so changes nothing.
-- Parameters: last (the highest sequence number of what is known; what was written since does not count).
SELECT max("at")
FROM event
WHERE seq <= $last
  AND (action = 'accepted'
       OR (action = 'configured' AND seq > (SELECT min(seq) FROM event WHERE action = 'configured')))
