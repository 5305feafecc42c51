package queries

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// Revision names one state of a part of the records. Number counts the changes;
// Token is drawn at random with each of them, so that a database that was set
// back and changed again never comes to a revision that it had before. Compare
// revisions with ==.
type Revision struct {
	Number int64 `db:"number"`
	Token  int64 `db:"token"`
}

// keptRevisions is how many revisions of the runners are recorded. A process
// that stands at an older one reads all names again.
const keptRevisions = 10_000

// bumpRevision gives a part of the records its next revision. Until the
// transaction ends, nobody else can bump the same one.
func bumpRevision(ctx context.Context, tx *sqlx.Tx, name string) (Revision, error) {
	const query = `UPDATE revisions SET number = number + 1, token = $1 WHERE name = $2 RETURNING number, token`
	var revision Revision
	if err := tx.GetContext(ctx, &revision, query, newToken(), name); err != nil {
		return revision, fmt.Errorf("bump revision %s: %w", name, err)
	}
	return revision, nil
}

// newToken draws a token of 62 bits.
func newToken() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program first
	return int64(binary.LittleEndian.Uint64(b[:]) >> 2)
}

// bumpResults makes stale whatever was learned from the results.
func bumpResults(ctx context.Context, tx *sqlx.Tx) error {
	_, err := bumpRevision(ctx, tx, "results")
	return err
}

// bumpSeries makes every process read all series and their races again before
// its next search.
func bumpSeries(ctx context.Context, tx *sqlx.Tx) error {
	_, err := bumpRevision(ctx, tx, "series")
	return err
}

// bumpRunners makes every process read these runners again before its next
// search. It comes last in a transaction: until that ends, nobody else can bump
// the runners.
func (db *DB) bumpRunners(ctx context.Context, tx *sqlx.Tx, ids ...int64) error {
	revision, err := recordRunners(ctx, tx, false)
	if err != nil {
		return err
	}
	changes := newInserter("runner_changes", "revision", "runner_id")
	seen := map[int64]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			changes.add(revision.Number, id)
		}
	}
	if err := changes.into(ctx, db.engine, tx); err != nil {
		return err
	}
	return forgetRevisions(ctx, tx, revision.Number-keptRevisions)
}

// bumpEverything makes every process read all runners and series again.
func bumpEverything(ctx context.Context, tx *sqlx.Tx) error {
	revision, err := recordRunners(ctx, tx, true)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM runner_changes WHERE revision <= $1`, revision.Number); err != nil {
		return err
	}
	if err := forgetRevisions(ctx, tx, revision.Number-keptRevisions); err != nil {
		return err
	}
	// A program with schema 20 that still serves goes by this row.
	if _, err := tx.ExecContext(ctx, `UPDATE revisions SET number = $1 WHERE name = 'reload'`, revision.Number); err != nil {
		return err
	}
	return bumpSeries(ctx, tx)
}

func recordRunners(ctx context.Context, tx *sqlx.Tx, everything bool) (Revision, error) {
	const record = `INSERT INTO runner_revisions (revision, token, everything) VALUES ($1, $2, $3)`
	revision, err := bumpRevision(ctx, tx, "runners")
	if err != nil {
		return revision, err
	}
	_, err = tx.ExecContext(ctx, record, revision.Number, revision.Token, everything)
	return revision, err
}

func forgetRevisions(ctx context.Context, tx *sqlx.Tx, last int64) error {
	for _, table := range []string{"runner_changes", "runner_revisions"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE revision <= $1`, last); err != nil {
			return err
		}
	}
	return nil
}
