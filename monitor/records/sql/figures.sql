-- The figures of each unit, and how many records fit each verdict: 'used', 'other_period', or the rule that a record cannot be
-- placed by. A record that more than one rule fits counts under the first of them, in the order of this CASE.
-- Portable: DuckDB and Spark. Filled in: figures (expressions that were read word by word, as _f0, _f1 …), placed (placed.sql).
SELECT _unit, _verdict, COUNT(*) AS _records, {figures}
FROM (
{placed}
) AS judged
GROUP BY _unit, _verdict
