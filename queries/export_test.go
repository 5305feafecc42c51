package queries

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
)

// KnownSince is when the database was last asked for the version.
func KnownSince(db *DB) time.Time { return db.version.known.Load().at }

// Watching reports whether the database is asked for it time and again.
func Watching(db *DB) bool {
	db.version.mu.Lock()
	defer db.version.mu.Unlock()
	return db.version.watching
}

// Portable are the columns that a full export holds, as table.column, those
// that an import derives, and what is left out.
func Portable() (held, derived []string, leftOut map[string]string) {
	for _, table := range portable {
		for _, name := range table.columnNames() {
			held = append(held, table.name+"."+name)
		}
		for _, name := range table.derivedNames() {
			derived = append(derived, table.name+"."+name)
		}
	}
	return held, derived, notPortable
}

// SchemaColumns are the columns that the database has, as table.column.
func SchemaColumns(ctx context.Context, db *DB) (columns []string, err error) {
	query := `SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
	if db.engine == postgresEngine {
		query = `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'`
	}
	return columns, db.read.SelectContext(ctx, &columns, query)
}

// Setting is what holds on a connection to PostgreSQL.
func Setting(ctx context.Context, db *DB, name string) (value string, err error) {
	err = db.read.GetContext(ctx, &value, "SHOW "+name)
	return value, err
}

// RepeatTransactions lets the database run each transaction twice, as it does
// after a deadlock.
func RepeatTransactions(db *DB) {
	var again atomic.Bool
	db.repeat = func() bool { return again.CompareAndSwap(false, true) || !again.CompareAndSwap(true, false) }
}

// LoadNames loads the names as a process does that has none, and reports their
// revision and whether what was typed finds a runner among them.
func LoadNames(ctx context.Context, db *DB, typed string) (at Revision, found bool, err error) {
	n, err := db.loadNames(ctx)
	if err != nil {
		return Revision{}, false, err
	}
	hits, _ := n.runners.Search(typed, 1)
	return n.at.runners, len(hits) > 0, nil
}

// MigrateTo brings an empty database to an older version of the schema.
func MigrateTo(ctx context.Context, db *DB, version int64) error {
	files, err := db.renderMigrations()
	if err != nil {
		return err
	}
	dialect := map[engine]goose.Dialect{sqliteEngine: goose.DialectSQLite3, postgresEngine: goose.DialectPostgres}[db.engine]
	provider, err := goose.NewProvider(dialect, db.write.DB, files)
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}

// AsJSON is a record as the database stores it.
func AsJSON(record any) (string, error) { return asJSON(record) }

// HoldRecords keeps writers of the records waiting, on PostgreSQL, until release.
func HoldRecords(t *testing.T, db *DB) (release func()) {
	t.Helper()
	tx, err := db.write.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.lockRecords(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return func() { _ = tx.Rollback() }
}

// AwaitRecordsWaiters waits until so many writers wait for their turn.
func AwaitRecordsWaiters(t *testing.T, db *DB, count int) {
	t.Helper()
	const query = `
		SELECT COUNT(*) FROM pg_locks
		WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	for {
		var waiting int
		if err := db.read.GetContext(t.Context(), &waiting, query); err != nil {
			t.Fatal(err)
		}
		if waiting >= count {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
