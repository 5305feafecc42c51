package querytest

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"runnerdb/queries"
)

// SetBack copies all that a database holds now. The function that it returns
// puts the copy back under the programs that use the database, as a restore
// from outside does, without a word to any of them.
func SetBack(t *testing.T, location string) func() {
	t.Helper()
	saved := saveSQLite
	if queries.IsPostgres(location) {
		saved = savePostgres
	}
	return saved(t, location)
}

func tables(t *testing.T, db *sql.DB, query string) (names []string) {
	t.Helper()
	for _, row := range rows(t, db, query) {
		_, name, _ := strings.Cut(row, "=")
		names = append(names, strings.Trim(name, `"`))
	}
	return names
}

func saveSQLite(t *testing.T, location string) func() {
	copied := file(t)
	db := behind(t, location)
	if _, err := db.ExecContext(t.Context(), `VACUUM INTO $1`, copied); err != nil {
		t.Fatal(err)
	}
	all := tables(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%'`)
	return func() {
		statements := []string{"PRAGMA foreign_keys = 0", "ATTACH '" + copied + "' AS saved", "BEGIN IMMEDIATE"}
		for _, table := range all {
			statements = append(statements, "DELETE FROM main."+table, "INSERT INTO main."+table+" SELECT * FROM saved."+table)
		}
		execOnOne(t, db, append(statements, "COMMIT", "DETACH saved"))
	}
}

func savePostgres(t *testing.T, location string) func() {
	db := behind(t, location)
	all := tables(t, db, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
	save := []string{"CREATE SCHEMA saved"}
	for _, table := range all {
		save = append(save, "CREATE TABLE saved."+table+" AS TABLE public."+table)
	}
	execOnOne(t, db, save)
	return func() {
		statements := []string{"BEGIN", "SET LOCAL session_replication_role = replica"}
		for _, table := range all {
			statements = append(statements, "DELETE FROM public."+table, "INSERT INTO public."+table+" SELECT * FROM saved."+table)
		}
		execOnOne(t, db, append(statements, "COMMIT"))
	}
}

func execOnOne(t *testing.T, db *sql.DB, statements []string) {
	t.Helper()
	conn, err := db.Conn(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, statement := range statements {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}
