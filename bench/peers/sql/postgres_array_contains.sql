-- The one function of our texts that PostgreSQL does not have; as SQL it is put in place by the planner.
CREATE FUNCTION array_contains(list text[], sought text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT sought = ANY (list)'
