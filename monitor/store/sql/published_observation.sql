-- The accepted figures of a month, in one order. Filled in before it is run: period (quoted).
SELECT o.*
FROM main.observation AS o
WHERE o.period = {period}
  AND o.submission_id IN (
      SELECT s.submission_id
      FROM main.submission AS s
      JOIN main.event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
      WHERE s.period = {period}
  )
ORDER BY o.submission_id, o.indicator_id, o.region_code, o.line
