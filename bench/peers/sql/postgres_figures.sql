-- The year's figure of each indicator and region as known at a moment, and that of each parent from its children.
-- Parameters: as_of, indicator_ids, factors (beside them, null: no ratio), flows and sums (ids), regions, parents
-- (beside them), ends (best first), parts, vintages (best first).
WITH indicator AS (
    SELECT id, factor, id = ANY (%(flows)s::text[]) AS is_flow, id = ANY (%(sums)s::text[]) AS adds_up
    FROM unnest(%(indicator_ids)s::text[], %(factors)s::numeric[]) AS i(id, factor)
), region AS (
    SELECT code, parent FROM unnest(%(regions)s::text[], %(parents)s::text[]) AS r(code, parent)
), decided AS MATERIALIZED (
    SELECT DISTINCT ON (s.region_code, s.form, s.period, s.vintage) s.submission_id
    FROM submission AS s
    JOIN event AS e ON e.submission_id = s.submission_id AND e.action = 'accepted'
    WHERE e.at <= %(as_of)s::timestamp AND s.vintage <> 'plan'
      AND s.period = ANY (%(ends)s::text[] || %(parts)s::text[])
      AND s.region_code IN (SELECT code FROM region)
    ORDER BY s.region_code, s.form, s.period, s.vintage, s.revision DESC
), best AS (
    SELECT DISTINCT ON (o.indicator_id, o.region_code, o.period)
           o.indicator_id, o.region_code, o.period, o.numerator, o.denominator, o.value, i.is_flow
    FROM observation AS o
    JOIN decided AS d ON d.submission_id = o.submission_id
    JOIN indicator AS i ON i.id = o.indicator_id
    WHERE o.state = 'value'
    ORDER BY o.indicator_id, o.region_code, o.period, array_position(%(vintages)s::text[], o.vintage)
), candidate AS (
    SELECT indicator_id, region_code, numerator, denominator, value,
           array_position(%(ends)s::text[], period) AS place
    FROM best
    WHERE period = (%(ends)s::text[])[1] OR (NOT is_flow AND period = ANY (%(ends)s::text[]))
    UNION ALL
    SELECT indicator_id, region_code, sum(numerator), sum(denominator), sum(value), 1000
    FROM best
    WHERE is_flow AND period = ANY (%(parts)s::text[])
    GROUP BY indicator_id, region_code
    HAVING count(*) = cardinality(%(parts)s::text[])
), own AS (
    SELECT DISTINCT ON (c.indicator_id, c.region_code)
           c.indicator_id, c.region_code, c.numerator, c.denominator,
           coalesce(c.numerator * i.factor / nullif(c.denominator, 0), c.value) AS figure, c.value, i.factor, i.adds_up
    FROM candidate AS c
    JOIN indicator AS i ON i.id = c.indicator_id
    ORDER BY c.indicator_id, c.region_code, c.place
), above AS (
    SELECT o.indicator_id, r.parent AS region_code,
           coalesce(sum(o.numerator) * max(o.factor) / nullif(sum(o.denominator), 0), sum(o.value)) AS aggregated
    FROM own AS o
    JOIN region AS r ON r.code = o.region_code
    WHERE o.adds_up AND r.parent IS NOT NULL
    GROUP BY o.indicator_id, r.parent
)
SELECT coalesce(o.indicator_id, a.indicator_id), coalesce(o.region_code, a.region_code),
       o.numerator, o.denominator, o.figure, a.aggregated
FROM own AS o
FULL JOIN above AS a ON a.indicator_id = o.indicator_id AND a.region_code = o.region_code
