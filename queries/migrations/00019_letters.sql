-- +goose Up

-- Text is sorted and told apart byte by byte on both databases: PostgreSQL went
-- by the rules of whatever language it was made with.
{{if not .SQLite -}}
ALTER TABLE series ALTER COLUMN name TYPE {{.Key}};
ALTER TABLE runners ALTER COLUMN name TYPE {{.Key}};
ALTER TABLE runner_aliases ALTER COLUMN name TYPE {{.Key}};
ALTER TABLE results ALTER COLUMN category TYPE {{.Key}}, ALTER COLUMN club TYPE {{.Key}};
ALTER TABLE runner_summaries ALTER COLUMN category TYPE {{.Key}}, ALTER COLUMN club TYPE {{.Key}};
ALTER TABLE users ALTER COLUMN name TYPE {{.Key}};
ALTER TABLE club_spellings ALTER COLUMN name TYPE {{.Key}};
ALTER TABLE audit_log ALTER COLUMN actor TYPE {{.Key}};
{{- else -}}
SELECT 1;
{{- end}}

-- +goose Down
{{if not .SQLite -}}
ALTER TABLE audit_log ALTER COLUMN actor TYPE TEXT COLLATE "default";
ALTER TABLE club_spellings ALTER COLUMN name TYPE TEXT COLLATE "default";
ALTER TABLE users ALTER COLUMN name TYPE TEXT COLLATE "default";
ALTER TABLE runner_summaries ALTER COLUMN category TYPE TEXT COLLATE "default", ALTER COLUMN club TYPE TEXT COLLATE "default";
ALTER TABLE results ALTER COLUMN category TYPE TEXT COLLATE "default", ALTER COLUMN club TYPE TEXT COLLATE "default";
ALTER TABLE runner_aliases ALTER COLUMN name TYPE TEXT COLLATE "default";
ALTER TABLE runners ALTER COLUMN name TYPE TEXT COLLATE "default";
ALTER TABLE series ALTER COLUMN name TYPE TEXT COLLATE "default";
{{- else -}}
SELECT 1;
{{- end}}
