package queries

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"runnerdb/accounts"
)

// Examination is what a database says of its own health.
type Examination struct {
	// Schema is the version that the database has, Known the one of this
	// program.
	Schema, Known int64
	// Derived reports whether what lists and searches are answered from is that
	// of this program.
	Derived bool
	// Damage is what the engine finds broken, in its own words, ten findings at
	// most.
	Damage []string
	// Ahead is by how much the database's clock is ahead of this machine's.
	Ahead time.Duration
	// Connections is how many there may be, Taken how many there are; both 0
	// on SQLite.
	Connections, Taken int
	// Owners is how many owners can sign in.
	Owners int
	// Failed is how many jobs have failed in the last day.
	Failed int

	suppressionKeys []sealedKey
}

// SealedSuppression is how many keys by which people who were erased are
// recognised the sealer, which may be nil, doesn't open.
func (e Examination) SealedSuppression(sealer *accounts.Sealer) int {
	_, sealed, err := openSuppression(e.suppressionKeys, sealer)
	if err != nil {
		return len(e.suppressionKeys)
	}
	return len(sealed)
}

// PoolSize is how many connections one process opens at most on PostgreSQL.
const PoolSize = postgresConns

// Examine asks a database how it is. It reads everything, so it takes its
// time. A SQLite file that is not there is not made: fs.ErrNotExist.
func Examine(ctx context.Context, location string, now func() time.Time) (e Examination, err error) {
	if !IsPostgres(location) {
		if _, err := os.Stat(location); err != nil {
			return e, fmt.Errorf("examine: %w", err)
		}
	}
	db, err := Open(ctx, location)
	if err != nil {
		return e, err
	}
	e, err = db.examine(ctx, now)
	if err := errors.Join(classify(err), db.Close()); err != nil {
		return e, fmt.Errorf("examine: %w", err)
	}
	return e, nil
}

func (db *DB) examine(ctx context.Context, now func() time.Time) (e Examination, err error) {
	if e.Ahead, err = db.aheadOf(ctx, now); err != nil {
		return e, err
	}
	look := db.examineSQLite
	if db.engine == postgresEngine {
		look = db.examinePostgres
	}
	if err := look(ctx, &e); err != nil {
		return e, err
	}
	e.Known = newestMigration()
	if e.Schema = db.schemaVersion(ctx); e.Schema != e.Known {
		return e, nil
	}
	e.Derived = db.isDerived(ctx)
	if err := db.read.GetContext(ctx, &e.Owners, `SELECT COUNT(*) FROM users WHERE role = 'owner' AND NOT disabled AND password_hash <> ''`); err != nil {
		return e, err
	}
	if e.suppressionKeys, err = sealedSuppressionKeys(ctx, db.read); err != nil {
		return e, err
	}
	lately := `SELECT COUNT(*) FROM jobs WHERE state = 'failed' AND finished_at > ` + db.clock() + ` - 86400000`
	return e, db.read.GetContext(ctx, &e.Failed, lately)
}

// schemaVersion is 0 where none of our tables are.
func (db *DB) schemaVersion(ctx context.Context) int64 {
	const query = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`
	var version int64
	if err := db.read.GetContext(ctx, &version, query); err != nil {
		return 0
	}
	return version
}

// aheadOf takes the middle of the question's way for the moment of the answer.
func (db *DB) aheadOf(ctx context.Context, now func() time.Time) (time.Duration, error) {
	var there int64
	asked := now()
	if err := db.read.GetContext(ctx, &there, `SELECT `+db.clock()); err != nil {
		return 0, err
	}
	answered := now()
	return time.UnixMilli(there).Sub(asked.Add(answered.Sub(asked) / 2)), nil
}

func (db *DB) examineSQLite(ctx context.Context, e *Examination) error {
	var found []string
	if err := db.read.SelectContext(ctx, &found, `PRAGMA integrity_check(10)`); err != nil {
		return err
	}
	for _, finding := range found {
		if finding != "ok" {
			e.Damage = append(e.Damage, finding)
		}
	}
	const query = `SELECT "table" || ' row ' || COALESCE(rowid, '?') || ' names a row of ' || parent || ' that is not there' FROM pragma_foreign_key_check LIMIT 10`
	var orphans []string
	err := db.read.SelectContext(ctx, &orphans, query)
	e.Damage = append(e.Damage, orphans...)
	return err
}

func (db *DB) examinePostgres(ctx context.Context, e *Examination) error {
	const invalid = `
		SELECT 'index ' || indexrelid::regclass || ' is not valid' FROM pg_index WHERE NOT indisvalid
		UNION ALL
		SELECT 'constraint ' || conname || ' was never checked' FROM pg_constraint WHERE NOT convalidated
		UNION ALL
		SELECT checksum_failures || ' pages have failed their checksum' FROM pg_stat_database
		WHERE datname = current_database() AND checksum_failures > 0
		LIMIT 10`
	if err := db.read.SelectContext(ctx, &e.Damage, invalid); err != nil {
		return err
	}
	const connections = `
		SELECT current_setting('max_connections')::int AS most, (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken`
	var row struct{ Most, Taken int }
	if err := db.read.GetContext(ctx, &row, connections); err != nil {
		return err
	}
	e.Connections, e.Taken = row.Most, row.Taken
	return nil
}
