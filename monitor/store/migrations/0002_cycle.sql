-- The reporting cycle: answers to queries, reviewers' remarks, frozen moments, mail, and tokens. Append-only as before;
-- `seq` is that of the event with which a row was written.

ALTER TABLE issue ADD COLUMN indicator_id VARCHAR;  -- whose cell, where known
ALTER TABLE issue ADD COLUMN rule VARCHAR;          -- what an explanation silences; null = code

CREATE TABLE explanation (
    seq           BIGINT  NOT NULL,
    submission_id BIGINT  NOT NULL,
    line          INTEGER,           -- with `rule`: the query it answers
    rule          VARCHAR,
    text          VARCHAR NOT NULL
);

CREATE TABLE remark (
    seq           BIGINT  NOT NULL,
    submission_id BIGINT  NOT NULL,
    indicator_id  VARCHAR,           -- null = the submission as a whole
    text          VARCHAR NOT NULL
);

CREATE TABLE snapshot (
    seq  BIGINT    NOT NULL,
    name VARCHAR   NOT NULL,
    "at" TIMESTAMP NOT NULL,
    note VARCHAR
);

CREATE TABLE mail (
    mail_id       BIGINT    NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    created_by    VARCHAR   NOT NULL,
    kind          VARCHAR   NOT NULL,
    region_code   VARCHAR,
    submission_id BIGINT,
    language      VARCHAR   NOT NULL,
    sender        VARCHAR   NOT NULL,
    recipients    VARCHAR   NOT NULL,  -- JSON list
    subject       VARCHAR   NOT NULL,
    body          VARCHAR   NOT NULL,
    key           VARCHAR   NOT NULL   -- one mail each
);

CREATE TABLE mail_attempt (
    mail_id BIGINT    NOT NULL,
    "at"    TIMESTAMP NOT NULL,
    outcome VARCHAR   NOT NULL,  -- sent | failed
    detail  VARCHAR
);

CREATE TABLE token (
    token_id   BIGINT    NOT NULL,
    hash       VARCHAR   NOT NULL,  -- SHA-256, hexadecimal
    name       VARCHAR   NOT NULL,
    role       VARCHAR   NOT NULL,
    regions    VARCHAR,             -- JSON list, null = all
    created_at TIMESTAMP NOT NULL,
    created_by VARCHAR   NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
