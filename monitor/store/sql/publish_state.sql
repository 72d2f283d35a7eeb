-- What a published version would hold, in a few words that change whenever it does: when what is known last changed, the
-- data version, the newest published event and how many there are, the accounts, the configuration. One row.
SELECT
    (SELECT max("at") FROM event
     WHERE action = 'accepted'
        OR (action = 'configured' AND seq > (SELECT min(seq) FROM event WHERE action = 'configured'))) AS known_at,
    (SELECT coalesce(max(seq), 0) FROM event WHERE action IN ('accepted', 'configured')) AS data_version,
    coalesce(max(p.seq), 0) AS event_version,
    count(*) AS events,
    (SELECT count(*) FROM account) AS accounts,
    (SELECT hash FROM configuration ORDER BY seq DESC LIMIT 1) AS configuration
FROM event AS p
WHERE p.action IN ('configured', 'frozen')
   OR p.submission_id IS NOT NULL
   OR p.seq IN (SELECT seq FROM act)
   OR (p.action = 'computed' AND p.receipt_id IN (
           SELECT s.receipt_id FROM submission AS s
           JOIN event AS a ON a.submission_id = s.submission_id AND a.action = 'accepted'))
