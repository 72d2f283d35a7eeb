-- Every configuration by its event, with the one before (null: the first).
SELECT seq, hash, LAG(hash) OVER (ORDER BY seq) AS before FROM configuration
