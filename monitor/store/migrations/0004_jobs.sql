-- Scheduled work: what was begun, what came of it, what it said meanwhile; who asked for it, and who stopped it. The rows
-- of a job's history are pruned after a time; nothing here is a figure.

CREATE TABLE job_run (
    run_id     BIGINT    NOT NULL,  -- 1, 2, … the order of everything, never the clock
    job        VARCHAR   NOT NULL,
    due_at     TIMESTAMP NOT NULL,  -- the moment of the schedule that it is for: with `job` the key of what is done once
    started_at TIMESTAMP NOT NULL,
    started_by VARCHAR   NOT NULL,  -- schedule, or who asked
    owner      VARCHAR   NOT NULL,  -- the process at work, by a name that no other process has
    request_id BIGINT               -- of job_request, where somebody asked for it
);

CREATE TABLE job_end (
    run_id   BIGINT    NOT NULL,
    ended_at TIMESTAMP NOT NULL,
    result   VARCHAR   NOT NULL,  -- done | failed | interrupted
    zh       VARCHAR   NOT NULL,  -- in one line
    en       VARCHAR   NOT NULL,
    touched  VARCHAR   NOT NULL   -- JSON list of texts: files, mails, backups, moments
);

CREATE TABLE job_log (
    run_id BIGINT    NOT NULL,
    line   INTEGER   NOT NULL,  -- 1, 2, … within the run
    "at"   TIMESTAMP NOT NULL,
    zh     VARCHAR   NOT NULL,
    en     VARCHAR   NOT NULL,
    done   BIGINT,              -- of `total`, where they can be counted
    total  BIGINT
);

CREATE TABLE job_request (
    request_id BIGINT    NOT NULL,
    job        VARCHAR   NOT NULL,
    "at"       TIMESTAMP NOT NULL,
    asked_by   VARCHAR   NOT NULL
);

CREATE TABLE job_switch (
    switch_id BIGINT  NOT NULL,  -- 1, 2, …; the last one of a job counts
    job     VARCHAR   NOT NULL,
    paused  BOOLEAN   NOT NULL,
    "at"    TIMESTAMP NOT NULL,
    made_by VARCHAR   NOT NULL
);

-- What the integrity checks found, run by run.
CREATE TABLE check_result (
    run_id   BIGINT    NOT NULL,  -- of job_run
    name     VARCHAR   NOT NULL,
    severity VARCHAR   NOT NULL,  -- fault | warning
    found    BIGINT    NOT NULL,
    examples VARCHAR   NOT NULL,  -- JSON list of texts
    seconds  DOUBLE    NOT NULL
);
