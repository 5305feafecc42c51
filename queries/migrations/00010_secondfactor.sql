-- +goose Up

-- The second factors of those users who have one: the secret, sealed, and the
-- time step of the newest code that was used, so that none is used twice.
CREATE TABLE second_factors (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed  TEXT   NOT NULL,
    step    BIGINT NOT NULL
);

-- Codes that stand in for a second factor that is lost, by their hashes.
CREATE TABLE recovery_codes (
    user_id   BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash {{.Key}} NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

-- Who has given the right password and not yet a code, known by the hash of a
-- token: it is worth nothing else, and nothing after ends_at or once the user
-- has another version.
CREATE TABLE second_steps (
    token_hash   {{.Key}} NOT NULL PRIMARY KEY,
    user_id      BIGINT  NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_version BIGINT  NOT NULL,
    remembered   BOOLEAN NOT NULL,
    ends_at      BIGINT  NOT NULL
);
CREATE INDEX second_steps_by_user ON second_steps (user_id);

-- When the password was last given in a session.
ALTER TABLE sessions ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE sessions DROP COLUMN confirmed_at;
DROP TABLE second_steps;
DROP TABLE recovery_codes;
DROP TABLE second_factors;
