-- The submissions in the order of their arrival: four or five revisions of every unit's month.
CREATE TEMP TABLE made AS
SELECT row_number() OVER (ORDER BY month * 3 + revision, n) AS submission_id, n, region_code, month, revision,
       CAST(2020 + month // 12 AS VARCHAR) || '-' || lpad(CAST(month % 12 + 1 AS VARCHAR), 2, '0') AS period,
       TIMESTAMP '2020-02-01' + INTERVAL 10 DAY * (month * 3 + revision) AS moment
FROM unit, range($months) AS m(month), range(1, 6) AS r(revision)
WHERE revision <= 4 OR (n * 31 + month * 17) % 100 < $fifths
