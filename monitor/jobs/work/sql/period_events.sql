-- What is written down of reporting periods: the details (JSON) of their events.
SELECT detail FROM event WHERE action IN ('period_opened', 'period_due', 'period_closed') ORDER BY seq
