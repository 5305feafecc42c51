-- +goose Up

-- What an import of a sheet did, to be looked at and undone. Results that it
-- changed are kept as they were, as JSON.
CREATE TABLE sheet_imports (
    import_id {{.Int}} NOT NULL PRIMARY KEY REFERENCES imports (id) ON DELETE CASCADE,
    actor     TEXT   NOT NULL,
    runners   BIGINT NOT NULL,
    added     BIGINT NOT NULL,
    changed   BIGINT NOT NULL,
    undone_at BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE import_changes (
    import_id BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    result_id BIGINT NOT NULL,
    version   BIGINT NOT NULL,
    before    TEXT   NOT NULL,
    PRIMARY KEY (import_id, result_id)
);
CREATE INDEX races_by_import ON races (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX series_by_import ON series (import_id) WHERE import_id IS NOT NULL;

-- Sheets that were uploaded and not imported yet: their cells without what is
-- private, and what has been decided about them, as JSON.
CREATE TABLE drafts (
    id         {{.ID}},
    name       TEXT   NOT NULL,
    actor      TEXT   NOT NULL,
    content    {{.Bytes}} NOT NULL,
    choices    TEXT   NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL
);

-- What somebody said of a name in a sheet: that it is that runner, or not. The
-- name is folded.
CREATE TABLE spellings (
    name      {{.Key}} NOT NULL,
    runner_id BIGINT  NOT NULL REFERENCES runners (id) ON DELETE CASCADE,
    same      BOOLEAN NOT NULL,
    PRIMARY KEY (name, runner_id)
);
CREATE INDEX spellings_by_runner ON spellings (runner_id);

-- What the columns of a source hold, known by its header.
CREATE TABLE source_mappings (
    header  {{.Key}} NOT NULL PRIMARY KEY,
    mapping TEXT NOT NULL
);

-- +goose Down
DROP TABLE source_mappings;
DROP TABLE spellings;
DROP TABLE drafts;
DROP INDEX series_by_import;
DROP INDEX races_by_import;
DROP TABLE import_changes;
DROP TABLE sheet_imports;
