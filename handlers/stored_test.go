package handlers_test

import (
	"database/sql" //nolint:depguard // The tests look at what is stored, and break it, behind the back of queries.
	"fmt"
	"slices"
	"strings"
	"testing"

	"runnerdb/queries"
)

// behind opens the database beside the server.
func (s *site) behind(t *testing.T) *sql.DB {
	t.Helper()
	driver, location := "sqlite", "file:"+s.location+"?_pragma=busy_timeout(5000)"
	if queries.IsPostgres(s.location) {
		driver, location = "postgres", s.location
	}
	db, err := sql.Open(driver, location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func (s *site) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := s.behind(t).ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// stored are the rows of all tables as text, each with the columns' names.
func (s *site) stored(t *testing.T) map[string][]string {
	t.Helper()
	db := s.behind(t)
	list := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if queries.IsPostgres(s.location) {
		list = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
	}
	tables := map[string][]string{}
	for _, row := range rows(t, db, list) {
		_, table, _ := strings.Cut(row, "=")
		table = strings.Trim(table, `"`)
		tables[table] = rows(t, db, "SELECT * FROM "+table)
		slices.Sort(tables[table])
	}
	return tables
}

func rows(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	found, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for found.Next() {
		values := make([]any, len(columns))
		targets := make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := found.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		parts := make([]string, len(columns))
		for i, value := range values {
			if b, ok := value.([]byte); ok {
				value = string(b)
			}
			parts[i] = fmt.Sprintf("%s=%q", columns[i], fmt.Sprint(value))
		}
		all = append(all, strings.Join(parts, " "))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
