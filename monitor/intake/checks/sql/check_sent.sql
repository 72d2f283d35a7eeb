-- The file's figures that may be compared, as the numbers of check_figures.sql; without texts, for most of them are clearly
-- right and nobody asks what they say exactly (check_texts.sql). Region, period and vintage are those of the part: a number
-- is joined in a fraction of the time that three texts take.
SELECT CAST(f.line AS BIGINT) AS line, CAST(f.number AS BIGINT) AS number, i.place AS indicator, b.region, b."end", b.months,
       CAST(f.synthetic AS BIGINT) AS synthetic, b.vintage, CAST(0 AS BIGINT) AS recency,
       f.comparator IN ('eq', 'approx') AS point,
       coalesce(CASE WHEN f.denominator IS NULL THEN CAST(f.value AS DOUBLE) * u.times
                     ELSE i.factor * CAST(f.numerator AS DOUBLE) / CAST(f.denominator AS DOUBLE) END,
                CAST('nan' AS DOUBLE)) AS value,
       coalesce(CAST(f.numerator AS DOUBLE) * coalesce(w.times, 1), CAST('nan' AS DOUBLE)) AS numerator,
       coalesce(CAST(f.denominator AS DOUBLE) * coalesce(w.times, 1), CAST('nan' AS DOUBLE)) AS denominator,
       CAST(CASE WHEN NOT i.counts_decimals THEN 0
                 WHEN f.denominator IS NOT NULL THEN 2
                 ELSE length(rtrim(split_part(CAST(f.value AS VARCHAR), '.', 2), '0')) END AS BIGINT) AS decimals
FROM incoming AS f
JOIN (
    SELECT b.number, r.place AS region, p."end", p.months, t.place AS vintage
    FROM bundle AS b
    JOIN check_region AS r ON r.region_code = b.region_code
    JOIN check_period AS p ON p.period = b.period
    JOIN check_vintage AS t ON t.vintage = b.vintage
    WHERE b.vintage <> 'plan'
) AS b ON b.number = f.number
JOIN check_indicator AS i ON i.indicator_id = f.indicator_id
JOIN check_unit AS u ON u.source = f.unit AND u.target = i.unit
LEFT JOIN check_unit AS w ON w.source = f.part_unit AND w.target = i.part_unit
WHERE f.state = 'value'
