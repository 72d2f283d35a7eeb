-- What is told of the past of the file's parts; empty but for the demonstration's files. Moments are UTC, none after now.
-- Parameters: now; parallel lists region_codes, periods, vintages, submitted, senders, explanations, answers, decisions (accepted,
-- returned, withdrawn; null = none yet), decided, deciders, reasons, estimates.
CREATE TEMP TABLE dated AS
SELECT b.number, least(d.submitted_at, CAST($now AS TIMESTAMP)) AS submitted_at, d.sender, d.explanation, d.if_asked, d.decision,
       least(d.decided_at, CAST($now AS TIMESTAMP)) AS decided_at, d.decider, d.reason, d.estimated
FROM bundle AS b
JOIN (
    SELECT unnest(CAST($region_codes AS VARCHAR[])) AS region_code, unnest(CAST($periods AS VARCHAR[])) AS period,
           unnest(CAST($vintages AS VARCHAR[])) AS vintage, unnest(CAST($submitted AS TIMESTAMP[])) AS submitted_at,
           unnest(CAST($senders AS VARCHAR[])) AS sender, unnest(CAST($explanations AS VARCHAR[])) AS explanation,
           unnest(CAST($answers AS VARCHAR[])) AS if_asked, unnest(CAST($decisions AS VARCHAR[])) AS decision, unnest(CAST($decided AS TIMESTAMP[])) AS decided_at,
           unnest(CAST($deciders AS VARCHAR[])) AS decider, unnest(CAST($reasons AS VARCHAR[])) AS reason,
           unnest(CAST($estimates AS BOOLEAN[])) AS estimated
) AS d ON d.region_code = b.region_code AND d.period = b.period AND d.vintage = b.vintage
