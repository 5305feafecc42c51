-- +goose Up

-- What was deleted or merged away, as JSON, for as long as it can be had back.
CREATE TABLE bin (
    id      {{.ID}},
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN ('runner', 'merge', 'result')),
    object  TEXT   NOT NULL,
    content TEXT   NOT NULL
);
CREATE INDEX bin_by_time ON bin (at);

-- +goose Down
DROP TABLE bin;
