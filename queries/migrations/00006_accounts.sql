-- +goose Up

-- Passwords that were tried, and did not fit or are being looked at. account
-- is a hash of what was typed, address a network. Rows with refused stand for
-- tries that were not looked at, one for many.
CREATE TABLE tries (
    id      {{.ID}},
    account {{.Key}} NOT NULL,
    address {{.Key}} NOT NULL,
    refused BOOLEAN NOT NULL,
    at      BIGINT  NOT NULL
);
CREATE INDEX tries_by_address ON tries (address, account, at);
CREATE INDEX tries_by_account ON tries (account, at);
CREATE INDEX tries_by_time ON tries (at);

-- When a user last signed in.
ALTER TABLE users ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;

-- Links by which users set a password, known by the hashes of their tokens: a
-- user has one at most, and it works once.
CREATE TABLE invitations (
    user_id    BIGINT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token_hash {{.Key}} NOT NULL UNIQUE,
    ends_at    BIGINT NOT NULL
);

CREATE INDEX audit_log_by_actor ON audit_log (LOWER(actor), id);

-- +goose Down
DROP INDEX audit_log_by_actor;
DROP TABLE invitations;
ALTER TABLE users DROP COLUMN seen_at;
DROP TABLE tries;
