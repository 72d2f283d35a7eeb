-- The keys that come more than once within the period. Portable: DuckDB and Spark. A part of the other questions.
-- Filled in: key (columns), no_key (a condition), day, first, last.
    SELECT {key}
    FROM records AS r
    WHERE r.{day} >= DATE '{first}' AND r.{day} <= DATE '{last}' AND NOT ({no_key})
    GROUP BY {key}
    HAVING COUNT(*) > 1
