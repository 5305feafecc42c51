package queries

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// inRecordsTx is inTx for changes of the records and of what is derived from
// them. These take turns, as SQLite's writers do anyway: on PostgreSQL each first
// takes one lock of the whole database. So nobody reads a row, a name or a count
// that somebody else is about to change, nobody writes about a runner who is
// being erased, and no two of them can wait for each other.
func (db *DB) inRecordsTx(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	return db.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := db.lockRecords(ctx, tx); err != nil {
			return err
		}
		if err := db.hurry(ctx, tx); err != nil {
			return err
		}
		return do(tx)
	})
}

// rowPatience is how long a writer of the records waits for a row that another
// transaction holds. A long import holds some that it refers to, and others wait
// for their turn meanwhile. It is shorter than PostgreSQL's deadlock_timeout, so
// that an import that waits for its own turn is not the one to be ended.
const rowPatience = 700 * time.Millisecond

// hurry bounds how long a transaction that has its turn waits for anything else.
func (db *DB) hurry(ctx context.Context, tx *sqlx.Tx) error {
	if db.engine != postgresEngine {
		return nil
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL lock_timeout = %d", rowPatience.Milliseconds()))
	return err
}

// recordsLock is the key of the advisory lock that writers of the records take.
const recordsLock = 0x72756e6e6572 // "runner"

func (db *DB) lockRecords(ctx context.Context, tx *sqlx.Tx) error {
	if db.engine != postgresEngine {
		return nil
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(recordsLock))
	return err
}

// Bounds of running a transaction again that the database ended because of
// another one.
const (
	maxTxAttempts = 6
	maxTxPause    = 100 * time.Millisecond
)

// inTx runs do in one transaction: all of it happens, or nothing. On SQLite the
// transaction takes the write lock at once. Under WithLease it is kept only while
// the lease holds.
//
// Where the database ends the transaction for a deadlock or a serialisation
// failure, it is run again: do must not add to what it captures, but set it.
func (db *DB) inTx(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	if db.writers != nil {
		select {
		case db.writers <- struct{}{}:
			defer func() { <-db.writers }()
		case <-ctx.Done():
			return classify(ctx.Err())
		}
	}
	for attempt := 1; ; attempt++ {
		err := db.tryTx(ctx, do)
		if err == nil || attempt == maxTxAttempts || !mustRunAgain(err) {
			return classify(err)
		}
		select {
		case <-time.After(rand.N(maxTxPause)): //nolint:gosec // a pause is no secret
		case <-ctx.Done():
			return classify(errors.Join(err, ctx.Err()))
		}
	}
}

func (db *DB) tryTx(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	tx, err := db.write.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		return err
	}
	if err := db.fence(ctx, tx); err != nil {
		return err
	}
	if db.repeat != nil && db.repeat() {
		return errRepeat
	}
	return tx.Commit()
}

// errRepeat makes inTx run a transaction again, in tests.
var errRepeat = errors.New("the transaction is run again")

// mustRunAgain reports whether a transaction failed only because of another
// one, so that it can succeed when it is run again.
func mustRunAgain(err error) bool {
	var pqErr *pq.Error
	if errors.As(err, &pqErr) {
		return pqErr.Code == "40001" || pqErr.Code == "40P01"
	}
	return errors.Is(err, errRepeat)
}

// inSnapshot lets do read the database as it is at one moment.
func (db *DB) inSnapshot(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	tx, err := db.read.BeginTxx(ctx, db.snapshotOptions())
	if err != nil {
		return classify(err)
	}
	defer func() { _ = tx.Rollback() }()
	return classify(do(tx))
}
