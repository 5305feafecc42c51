-- +goose Up

-- What a sheet said of how to reach runners who were known before: which of it
-- is the sheet's, in which version, so that it can be taken back.
CREATE TABLE import_contacts (
    import_id BIGINT  NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    runner_id BIGINT  NOT NULL REFERENCES runners (id) ON DELETE CASCADE,
    version   BIGINT  NOT NULL,
    email     BOOLEAN NOT NULL,
    phone     BOOLEAN NOT NULL,
    PRIMARY KEY (import_id, runner_id)
);
CREATE INDEX import_contacts_by_runner ON import_contacts (runner_id);
ALTER TABLE sheet_imports ADD COLUMN contacts BIGINT NOT NULL DEFAULT 0;
INSERT INTO revisions (name, number) VALUES ('contacts', 1);

-- +goose Down
DELETE FROM revisions WHERE name = 'contacts';
ALTER TABLE sheet_imports DROP COLUMN contacts;
DROP TABLE import_contacts;
