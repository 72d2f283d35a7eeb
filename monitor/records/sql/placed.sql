-- Each record with its unit and its verdict. Portable: DuckDB and Spark. A part of the other questions, never asked alone.
-- Filled in: places (codes and units), region, day, first, last, plan_first, plan_last, no_key (a condition), repeated (a
-- condition), joined (the keys that come more than once, or nothing).
    SELECT r.*, place.unit AS _unit,
           CASE WHEN r.{day} IS NULL THEN 'no_day'
                WHEN r.{day} < DATE '{plan_first}' OR r.{day} > DATE '{plan_last}' THEN 'outside_plan'
                WHEN r.{day} < DATE '{first}' OR r.{day} > DATE '{last}' THEN 'other_period'
                WHEN r.{region} IS NULL THEN 'no_region'
                WHEN place.unit IS NULL THEN 'unknown_region'
                WHEN {no_key} THEN 'no_key'
                WHEN {repeated} THEN 'repeated_key'
                ELSE 'used' END AS _verdict
    FROM records AS r
    LEFT JOIN (VALUES {places}) AS place (code, unit) ON place.code = r.{region}
    {joined}
