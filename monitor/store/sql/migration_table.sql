-- Where the store remembers which migrations it has been through.
CREATE TABLE IF NOT EXISTS migration (
    number     INTEGER   NOT NULL,
    name       VARCHAR   NOT NULL,
    applied_at TIMESTAMP NOT NULL
)
