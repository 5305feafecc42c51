-- +goose Up

-- Who did what, when and from where, with the object before and after as JSON.
-- The names of who did it and of what it was done to stay when both are gone.
DROP TABLE audit_log;
CREATE TABLE audit_log (
    id        {{.ID}},
    at        BIGINT NOT NULL,
    user_id   BIGINT,
    actor     TEXT   NOT NULL,
    address   TEXT   NOT NULL,
    action    TEXT   NOT NULL,
    outcome   TEXT   NOT NULL CHECK (outcome IN ('ok', 'failed', 'throttled')),
    kind      TEXT   NOT NULL,
    object_id BIGINT NOT NULL,
    object    TEXT   NOT NULL,
    before    TEXT   NOT NULL DEFAULT '',
    after     TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_by_object ON audit_log (kind, object_id, id);
CREATE INDEX audit_log_by_user ON audit_log (user_id, id);

-- +goose Down
DROP TABLE audit_log;
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
