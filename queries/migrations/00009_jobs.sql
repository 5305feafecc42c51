-- +goose Up

-- Work that takes longer than a request may. Who holds a running job renews
-- the lease; when it has run out, another process takes the job over. Times
-- are the database's own, in milliseconds since 1970.
CREATE TABLE jobs (
    id          {{.ID}},
    kind        {{.Key}} NOT NULL,
    title       TEXT     NOT NULL,
    key         {{.Key}} NOT NULL DEFAULT '',
    payload     TEXT     NOT NULL,
    state       {{.Key}} NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    asked_by    TEXT     NOT NULL,
    created_at  BIGINT   NOT NULL,
    ready_at    BIGINT   NOT NULL,
    attempts    INTEGER  NOT NULL DEFAULT 0,
    holder      {{.Key}} NOT NULL DEFAULT '',
    lease_until BIGINT   NOT NULL DEFAULT 0,
    cancel      BOOLEAN  NOT NULL DEFAULT FALSE,
    done        BIGINT   NOT NULL DEFAULT 0,
    total       BIGINT   NOT NULL DEFAULT 0,
    started_at  BIGINT   NOT NULL DEFAULT 0,
    finished_at BIGINT   NOT NULL DEFAULT 0,
    result      TEXT     NOT NULL DEFAULT ''
);
CREATE INDEX jobs_unfinished ON jobs (id) WHERE state IN ('waiting', 'running');
CREATE UNIQUE INDEX jobs_once ON jobs (key) WHERE key <> '' AND state IN ('waiting', 'running');
CREATE INDEX jobs_by_kind ON jobs (kind, id);
CREATE INDEX jobs_by_end ON jobs (finished_at);

-- +goose Down
DROP TABLE jobs;
