package querytest

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"runnerdb/queries"
)

// The fixture was made by the program of commit b943124, the last one with
// schema 20, serving a SQLite file with Schema20Keys: a seeded club, users and
// sessions, sheets imported and waiting, jobs in every state, and records that
// were merged, split, deleted and erased through its own pages. The rows of all
// tables are kept as JSON, beside the schema as each database described it.
//
//go:embed testdata/schema20.json.gz
var schema20 []byte

// The people in the database of schema 20. All users have the same password.
const (
	Schema20Keys     = "0123456789abcdef0123456789abcdef"
	Schema20Owner    = "owner@example.org"
	Schema20Editor   = "editor@example.org"
	Schema20Password = "gulls over Gugulethu at nine" // #nosec G101 -- of users that only the fixture has
	// The owner signs in with a code of an app that knows the secret, or with a
	// recovery code.
	Schema20Secret       = "EGLWT7TKYAB3FRSYB76KS45DMJGIVE7M" // #nosec G101 -- of a user that only the fixture has
	Schema20RecoveryCode = "eppa-h03h-2n7v-fvqc"
)

// fixture is a whole database as JSON.
type fixture struct {
	SQLite   []string       `json:"sqlite"`
	Postgres string         `json:"postgres"`
	Tables   []fixtureTable `json:"tables"`
	// Next holds the next id of each numbered table.
	Next map[string]int64 `json:"next"`
	// At is when the last change was made, in milliseconds since 1970.
	At int64 `json:"at"`
}

// fixtureTable is one table. Bytes names the columns that are base64.
type fixtureTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Bytes   []string `json:"bytes"`
	Rows    [][]any  `json:"rows"`
}

// Schema20 returns the location of a database as the last program with schema
// 20 left it, and the time of its last change. It is not migrated.
func Schema20(tb testing.TB, engine Engine) (location string, at time.Time) {
	tb.Helper()
	f, err := readFixture()
	if err != nil {
		tb.Fatal(err)
	}
	location = Empty(tb, engine)
	driver, source := "sqlite", "file:"+location
	if queries.IsPostgres(location) {
		driver, source = "postgres", location
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := f.load(tb.Context(), db, engine); err != nil {
		tb.Fatal(err)
	}
	return location, time.UnixMilli(f.At)
}

func readFixture() (f fixture, err error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(schema20))
	if err != nil {
		return f, err
	}
	decoder := json.NewDecoder(unzipped)
	decoder.UseNumber() // versions and times don't fit into a float64's JSON
	return f, decoder.Decode(&f)
}

// load makes the schema and stores the rows in one transaction.
func (f fixture) load(ctx context.Context, db *sql.DB, engine Engine) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	schema := f.SQLite
	if engine == Postgres {
		// The rows come in no particular order, so references are not checked.
		schema = []string{f.Postgres, "SET LOCAL session_replication_role = replica"}
	}
	for _, statement := range schema {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	for _, table := range f.Tables {
		if err := table.load(ctx, tx); err != nil {
			return fmt.Errorf("%s: %w", table.Name, err)
		}
	}
	for table, next := range f.Next {
		if err := setNext(ctx, tx, engine, table, next); err != nil {
			return fmt.Errorf("next id of %s: %w", table, err)
		}
	}
	return tx.Commit()
}

func (t fixtureTable) load(ctx context.Context, tx *sql.Tx) error {
	const atOnce = 200
	for rows := range slices.Chunk(t.Rows, atOnce) {
		var places []string
		var args []any
		for _, row := range rows {
			place := make([]string, len(row))
			for i, cell := range row {
				value, err := t.value(i, cell)
				if err != nil {
					return err
				}
				args = append(args, value)
				place[i] = fmt.Sprintf("$%d", len(args))
			}
			places = append(places, "("+strings.Join(place, ", ")+")")
		}
		insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", t.Name, strings.Join(t.Columns, ", "), strings.Join(places, ", "))
		if _, err := tx.ExecContext(ctx, insert, args...); err != nil {
			return err
		}
	}
	return nil
}

// value converts a cell of JSON to what the database stores.
func (t fixtureTable) value(column int, cell any) (any, error) {
	switch v := cell.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		return v.Float64()
	case string:
		if slices.Contains(t.Bytes, t.Columns[column]) {
			return base64.StdEncoding.DecodeString(v)
		}
	}
	return cell, nil
}

func setNext(ctx context.Context, tx *sql.Tx, engine Engine, table string, next int64) error {
	if engine == Postgres {
		_, err := tx.ExecContext(ctx, "SELECT setval(pg_get_serial_sequence($1, 'id'), $2, FALSE)", table, next)
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM sqlite_sequence WHERE name = $1", table); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", table, next-1)
	return err
}
