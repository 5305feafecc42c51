// Package querytest runs a test on real databases: on a SQLite file and on a
// PostgreSQL server that it starts for the test binary.
package querytest

import (
	"context"
	"testing"
	"time"

	"runnerdb/queries"
)

// Engine is a kind of database.
type Engine string

// The databases that every test runs on.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Engines are both databases.
var Engines = []Engine{SQLite, Postgres}

// Main runs the tests of a package and stops the server that they used. Call
// it in TestMain.
func Main(m *testing.M) int {
	defer stopServer()
	return m.Run()
}

// Each runs a test on an empty, migrated database of each kind.
func Each(t *testing.T, test func(t *testing.T, db *queries.DB)) {
	t.Helper()
	for _, engine := range Engines {
		t.Run(string(engine), func(t *testing.T) { test(t, New(t, engine)) })
	}
}

// New is an empty, migrated database that goes with the test.
func New(tb testing.TB, engine Engine) *queries.DB {
	tb.Helper()
	return Open(tb, Location(tb, engine))
}

// Location names an empty, migrated database that goes with the test, in the
// form of DATABASE_URL.
func Location(tb testing.TB, engine Engine) string {
	tb.Helper()
	if engine == Postgres {
		return startServer(tb).create(tb, migratedTemplate)
	}
	return migrated.Location(tb, engine)
}

// Empty names a database without a schema that goes with the test.
func Empty(tb testing.TB, engine Engine) string {
	tb.Helper()
	if engine == Postgres {
		return startServer(tb).create(tb, "template0")
	}
	return file(tb)
}

// English names an empty, migrated database that goes with the test, which on
// PostgreSQL sorts text and tells letters apart as a hosted one does: by the
// rules of a language, not byte by byte.
func English(tb testing.TB, engine Engine) string {
	tb.Helper()
	if engine != Postgres {
		return Location(tb, engine)
	}
	location := startServer(tb).create(tb, "template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-ZA'")
	if _, err := Open(tb, location).Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return location
}

// Open opens a database for the length of the test.
func Open(tb testing.TB, location string) *queries.DB {
	tb.Helper()
	db, err := queries.Open(tb.Context(), location)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

// Load stores a batch as a finished load, named test.
func Load(tb testing.TB, db *queries.DB, batch queries.Batch) {
	tb.Helper()
	if err := LoadBatch(tb.Context(), db, batch); err != nil {
		tb.Fatal(err)
	}
}

// loaded is when records of tests came.
var loaded = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)

// LoadBatch is Load where there is no test to fail: for what several share.
func LoadBatch(ctx context.Context, db *queries.DB, batch queries.Batch) error {
	load, err := db.StartLoad(ctx, "test", loaded)
	if err != nil {
		return err
	}
	if err := load.Add(ctx, batch); err != nil {
		return err
	}
	return load.Finish(ctx)
}
