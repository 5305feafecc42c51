package querytest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"runnerdb/queries"
)

// behind opens a database beside the program that uses it, and behind the
// back of queries.
func behind(t testing.TB, location string) *sql.DB {
	t.Helper()
	driver, source := "sqlite", "file:"+location+"?_pragma=busy_timeout(5000)"
	if queries.IsPostgres(location) {
		driver, source = "postgres", location
	}
	db, err := sql.Open(driver, source)
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

// Exec runs a statement that no query of ours would.
func Exec(t *testing.T, location, statement string, args ...any) {
	t.Helper()
	db := behind(t, location)
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.WithoutCancel(t.Context()), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// ExecSlowly runs statements in one transaction, which it holds for a while.
func ExecSlowly(t *testing.T, location string, hold time.Duration, statements ...string) {
	t.Helper()
	tx, err := behind(t, location).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, statement := range statements {
		if _, err := tx.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(hold)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// Stored are the rows of all tables as text, each with the columns' names.
func Stored(t *testing.T, location string) map[string][]string {
	t.Helper()
	db := behind(t, location)
	list := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if queries.IsPostgres(location) {
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

// Sizes says of each table how many bytes it takes with its indexes, the
// biggest first.
func Sizes(tb testing.TB, location string) []string {
	tb.Helper()
	query := `
		SELECT m.tbl_name, SUM(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name
		WHERE s.aggregate = TRUE GROUP BY m.tbl_name ORDER BY 2 DESC LIMIT 12`
	if queries.IsPostgres(location) {
		query = `
			SELECT relname, pg_total_relation_size(oid) FROM pg_class
			WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 12`
	}
	db := behind(tb, location)
	found, err := db.QueryContext(tb.Context(), query)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	sizes := map[string]int64{}
	var tables []string
	for found.Next() {
		var table string
		var size int64
		if err := found.Scan(&table, &size); err != nil {
			tb.Fatal(err)
		}
		sizes[table] = size
		tables = append(tables, table)
	}
	if err := found.Err(); err != nil {
		tb.Fatal(err)
	}
	lines := make([]string, len(tables))
	for i, table := range tables {
		var count int64
		if err := db.QueryRowContext(tb.Context(), `SELECT COUNT(*) FROM `+table).Scan(&count); err != nil {
			tb.Fatal(err)
		}
		lines[i] = fmt.Sprintf("%s: %d rows, %d bytes, %d a row", table, count, sizes[table], sizes[table]/max(1, count))
	}
	return lines
}
