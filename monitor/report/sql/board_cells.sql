-- How many cells of one form some submissions fill, by unit and period: indicators of the form that the latest of them
-- naming them gives as a figure, as not applicable or as withheld. What an acceptance carried in counts where settled.
-- Parameters: submission_ids (list, first to last revision), settled (list of booleans beside it), indicator_ids (list).
SELECT region_code, period, COUNT(*) AS cells
FROM (
    SELECT o.region_code, o.period, o.state,
           ROW_NUMBER() OVER (
               PARTITION BY o.region_code, o.period, o.indicator_id ORDER BY standing.place DESC
           ) AS place
    FROM observation AS o
    JOIN (
        SELECT unnest($submission_ids) AS submission_id, unnest($settled) AS settled,
               unnest(range(len($submission_ids))) AS place
    ) AS standing ON standing.submission_id = o.submission_id
    WHERE list_contains($indicator_ids, o.indicator_id) AND (o.carried_from IS NULL OR standing.settled)
) AS named
WHERE place = 1 AND state <> 'missing'
GROUP BY region_code, period
