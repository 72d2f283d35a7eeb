-- When figures were accepted last.
SELECT MAX("at") AS last_at FROM event WHERE action = 'accepted'
