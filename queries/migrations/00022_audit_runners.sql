-- +goose Up
{{if not .SQLite}}
SET LOCAL statement_timeout = 0;
{{end}}
-- Which runners an entry of the audit log tells something about: one, or two
-- where results or a whole record went from one to the other. The entries that
-- are there already are linked when the derived tables are built anew.
CREATE TABLE audit_runners (
    runner_id BIGINT NOT NULL,
    audit_id  BIGINT NOT NULL REFERENCES audit_log (id) ON DELETE CASCADE,
    PRIMARY KEY (runner_id, audit_id)
);
CREATE INDEX audit_runners_by_entry ON audit_runners (audit_id);

-- Whose result an import changed: the result may have been deleted since.
ALTER TABLE import_changes ADD COLUMN runner_id BIGINT NOT NULL DEFAULT 0;
UPDATE import_changes SET runner_id = {{.Number "before" "RunnerID"}};
CREATE INDEX import_changes_by_runner ON import_changes (runner_id);

-- +goose Down
DROP INDEX import_changes_by_runner;
ALTER TABLE import_changes DROP COLUMN runner_id;
DROP TABLE audit_runners;
