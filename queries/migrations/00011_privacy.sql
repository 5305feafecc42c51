-- +goose Up

-- What somebody has said about whether a runner is public: nothing, shown,
-- hidden, or erased for good. hidden and hidden_for are derived from that, the
-- birth date and the categories of the results.
ALTER TABLE runners ADD COLUMN visibility TEXT NOT NULL DEFAULT '' CHECK (visibility IN ('', 'shown', 'hidden', 'erased'));
ALTER TABLE runners ADD COLUMN hidden_for TEXT NOT NULL DEFAULT '';
UPDATE runners SET visibility = 'hidden', hidden_for = 'asked' WHERE hidden;
UPDATE bin SET content = REPLACE(content, '"Hidden":true', '"Visibility":"hidden","Hidden":true');
UPDATE audit_log SET before = REPLACE(before, '"Hidden":true', '"Visibility":"hidden","Hidden":true'),
    after = REPLACE(after, '"Hidden":true', '"Visibility":"hidden","Hidden":true')
WHERE kind = 'runner';

-- How to reach runners: optional, and never public.
CREATE TABLE runner_contacts (
    runner_id       {{.Int}} NOT NULL PRIMARY KEY REFERENCES runners (id) ON DELETE CASCADE,
    email           TEXT   NOT NULL,
    phone           TEXT   NOT NULL,
    emergency_name  TEXT   NOT NULL,
    emergency_phone TEXT   NOT NULL,
    version         BIGINT NOT NULL
);

-- Keys by which those who were erased are known again, sealed by the session
-- keys.
CREATE TABLE suppression_keys (
    id     {{.ID}},
    sealed TEXT NOT NULL
);

-- Who was erased: keyed hashes of a name, of the name with the year of birth
-- and of the licence, the last two empty where they were not known.
CREATE TABLE suppressed (
    key_id       BIGINT NOT NULL REFERENCES suppression_keys (id),
    name_hash    {{.Key}} NOT NULL,
    born_hash    {{.Key}} NOT NULL,
    licence_hash {{.Key}} NOT NULL,
    PRIMARY KEY (key_id, name_hash, born_hash, licence_hash)
);
CREATE INDEX suppressed_by_licence ON suppressed (licence_hash) WHERE licence_hash <> '';

-- +goose Down
DROP TABLE suppressed;
DROP TABLE suppression_keys;
DROP TABLE runner_contacts;
ALTER TABLE runners DROP COLUMN hidden_for;
ALTER TABLE runners DROP COLUMN visibility;
