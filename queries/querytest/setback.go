package querytest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"runnerdb/queries"
)

// WayBack is a way in which older contents come to lie under programs that use
// a database. Save copies all that it holds now, and returns what puts that back.
type WayBack struct {
	Name   string
	Engine Engine
	Save   func(t *testing.T, location string) (setBack func())
}

// WaysBack are row by row, and on SQLite page by page, as its shell's .restore
// writes them.
var WaysBack = []WayBack{
	{"sqlite/rows", SQLite, saveSQLite},
	{"sqlite/pages", SQLite, savePages},
	{"postgres/rows", Postgres, savePostgres},
}

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

func savePages(t *testing.T, location string) func() {
	copied := file(t)
	db := behind(t, location)
	if _, err := db.ExecContext(t.Context(), `VACUUM INTO $1`, copied); err != nil {
		t.Fatal(err)
	}
	return func() {
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if err := conn.Raw(func(driver any) error { return restorePages(driver, copied) }); err != nil {
			t.Fatal(err)
		}
	}
}

// restorePages lets SQLite copy a file over the database of a connection.
func restorePages(driver any, file string) error {
	conn, ok := driver.(interface {
		NewRestore(from string) (*sqlite.Backup, error)
	})
	if !ok {
		return fmt.Errorf("%T can't restore", driver)
	}
	copying, err := conn.NewRestore(file)
	if err != nil {
		return err
	}
	const all = -1
	_, err = copying.Step(all)
	return errors.Join(err, copying.Finish())
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
