-- Who may do what, and the proof of what was done. Accounts are append-only versions; a password and the names on a
-- form are not: what somebody may have forgotten must be possible to remove.

-- One entry for each change and each export, in the order of commits, each sealed with the one before (audit.py).
CREATE TABLE audit (
    seq       BIGINT    NOT NULL,  -- 1, 2, … without gap
    "at"      TIMESTAMP NOT NULL,
    actor     VARCHAR   NOT NULL,
    action    VARCHAR   NOT NULL,
    object    VARCHAR,             -- submission:17, receipt:5, account:3, token:2, page address of an export …
    detail    VARCHAR,             -- JSON
    event_seq BIGINT,              -- the event that it seals
    event_sha256 VARCHAR,          -- SHA-256 of that event as it was written, all its columns
    before    VARCHAR,             -- SHA-256 of what the object said before and says from now on
    after     VARCHAR,
    mac       VARCHAR   NOT NULL   -- HMAC-SHA-256 of the entry and the mac before it, hexadecimal
);

CREATE TABLE account (
    account_id  BIGINT    NOT NULL,
    version     INTEGER   NOT NULL,  -- 1, 2, … without gap; the last one counts
    login       VARCHAR   NOT NULL,
    name        VARCHAR   NOT NULL,  -- under which the account acts; never changes
    role        VARCHAR   NOT NULL,
    regions     VARCHAR,             -- JSON list, null = all
    indicators  VARCHAR,             -- JSON list, null = all but for `departments`
    departments VARCHAR,             -- JSON list of responsible units as the catalogue writes them, null = all
    disabled    BOOLEAN   NOT NULL,
    "at"        TIMESTAMP NOT NULL,
    made_by     VARCHAR   NOT NULL
);

-- Not append-only: a new password takes the place of the old one.
CREATE TABLE credential (
    account_id BIGINT    NOT NULL,
    hash       VARCHAR   NOT NULL,  -- argon2id
    one_time   BOOLEAN   NOT NULL,  -- good for choosing one's own, and nothing else
    set_at     TIMESTAMP NOT NULL
);

-- Not append-only: these are erased on request, and the receipt says so.
CREATE TABLE form_person (
    receipt_id BIGINT  NOT NULL,
    field      VARCHAR NOT NULL,  -- head | officer | prepared | phone | date
    text       VARCHAR NOT NULL
);

ALTER TABLE token ADD COLUMN indicators VARCHAR;   -- as of an account
ALTER TABLE token ADD COLUMN departments VARCHAR;
