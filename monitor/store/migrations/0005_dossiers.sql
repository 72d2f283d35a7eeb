-- What people do around the plan besides sending figures: rounds of evaluation, tasks, supervision, self-ratings. A dossier is one
-- thing that they work on together; its state is worked out from its acts, in their order. Nothing here is updated.

CREATE TABLE act (
    seq     BIGINT    NOT NULL,  -- of its event, which has the moment, the actor and the same action
    kind    VARCHAR   NOT NULL,  -- round | task | supervision | budget: which room works it out
    dossier VARCHAR   NOT NULL,  -- which one within its kind
    action  VARCHAR   NOT NULL,
    body    VARCHAR   NOT NULL   -- JSON
);

-- Evidence and filed documents, each as it came with one act.
CREATE TABLE paper (
    seq     BIGINT  NOT NULL,  -- of the act
    number  INTEGER NOT NULL,  -- 1, 2, … within it
    name    VARCHAR NOT NULL,
    sha256  VARCHAR NOT NULL,
    size    BIGINT  NOT NULL,
    content BLOB    NOT NULL
);
