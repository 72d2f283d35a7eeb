-- The latest frozen moment, null when there is none.
SELECT MAX(s."at") FROM snapshot AS s
