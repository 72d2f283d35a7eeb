-- The store's three tables that decide figures, as PostgreSQL has them.
CREATE TABLE submission (
    submission_id bigint NOT NULL, region_code text NOT NULL, form text NOT NULL, period text NOT NULL,
    vintage text NOT NULL, revision integer NOT NULL
);
CREATE TABLE event (seq bigint NOT NULL, at timestamp NOT NULL, action text NOT NULL, submission_id bigint);
CREATE TABLE observation (
    submission_id bigint NOT NULL, indicator_id text NOT NULL, region_code text NOT NULL, period text NOT NULL,
    state text NOT NULL, numerator numeric(38, 10), denominator numeric(38, 10), part_unit text,
    value numeric(38, 10), unit text NOT NULL, comparator text NOT NULL, vintage text NOT NULL,
    synthetic boolean NOT NULL, published_on date
)
