-- +goose Up

-- A number is given once: what was deleted can be had back under its own, and
-- the audit log means by it what it meant. PostgreSQL does so by itself; in
-- SQLite a table is told so, which changes nothing in it but the words of its
-- definition (sqlite.org/lang_altertable.html, section 7).
{{if .SQLite}}
CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT);
DROP TABLE numbered;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = REPLACE(sql, 'INTEGER PRIMARY KEY', 'INTEGER PRIMARY KEY AUTOINCREMENT')
WHERE type = 'table' AND name NOT LIKE 'goose_%' AND sql LIKE '%INTEGER PRIMARY KEY%' AND sql NOT LIKE '%AUTOINCREMENT%';
PRAGMA writable_schema = RESET;
INSERT INTO sqlite_sequence (name, seq)
SELECT t.name, t.last
FROM (
    SELECT kind || 's' AS name, MAX(object_id) AS last
    FROM audit_log
    WHERE kind IN ('runner', 'race', 'result')
    GROUP BY kind
) AS t
WHERE t.last IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sqlite_sequence s WHERE s.name = t.name);
{{else}}
SELECT 1;
{{end}}

-- +goose Down
SELECT 1;
