-- When what is known last changed: the latest acceptance, or a later change of catalogue or settings.
-- The first configuration holds for all times before it and so changes nothing.
SELECT max("at")
FROM event
WHERE action = 'accepted'
   OR (action = 'configured' AND seq > (SELECT min(seq) FROM event WHERE action = 'configured'))
