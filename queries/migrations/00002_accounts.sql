-- +goose Up

CREATE TABLE users (
    id            {{.ID}},
    email         TEXT    NOT NULL,
    email_key     {{.Key}} NOT NULL UNIQUE,
    name          TEXT    NOT NULL CHECK (length(trim(name)) BETWEEN 1 AND 200),
    role          TEXT    NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    password_hash TEXT    NOT NULL,
    disabled      BOOLEAN NOT NULL DEFAULT FALSE,
    version       BIGINT  NOT NULL DEFAULT 1,
    created_at    BIGINT  NOT NULL
);

-- A session is known by the hash of its token; the token itself is only in
-- the cookie. Times are in milliseconds since 1970, UTC.
CREATE TABLE sessions (
    token_hash TEXT    NOT NULL PRIMARY KEY,
    user_id    BIGINT  NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    remembered BOOLEAN NOT NULL,
    user_agent TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Who did what, with the object before and after as JSON.
CREATE TABLE audit_log (
    id        {{.ID}},
    at        BIGINT NOT NULL,
    user_id   BIGINT REFERENCES users (id),
    action    TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    object_id BIGINT NOT NULL,
    before    TEXT   NOT NULL DEFAULT '',
    after     TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_by_object ON audit_log (kind, object_id, id);

-- +goose Down
DROP TABLE audit_log;
DROP TABLE sessions;
DROP TABLE users;
