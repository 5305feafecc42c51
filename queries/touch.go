package queries

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// keptChanges is for how many revisions it is known which runners changed. Who
// is farther behind reads all runners anew.
const keptChanges = 10_000

// touchRunners makes every process look at these runners again before its
// next search. It comes last in a transaction: until that ends, nobody else
// can touch any.
func (db *DB) touchRunners(ctx context.Context, tx *sqlx.Tx, ids ...int64) error {
	revision, err := countUp(ctx, tx, "runners")
	if err != nil {
		return err
	}
	changes := newInserter("runner_changes", "revision", "runner_id")
	seen := map[int64]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			changes.add(revision, id)
		}
	}
	if err := changes.into(ctx, db.engine, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM runner_changes WHERE revision <= $1`, revision-keptChanges); err != nil {
		return err
	}
	const forget = `UPDATE revisions SET number = $1 WHERE name = 'reload' AND number < $1`
	_, err = tx.ExecContext(ctx, forget, revision-keptChanges)
	return err
}

// touchAllRunners makes every process read all runners and series anew.
func touchAllRunners(ctx context.Context, tx *sqlx.Tx) error {
	revision, err := countUp(ctx, tx, "runners")
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE revisions SET number = $1 WHERE name = 'reload'`, revision); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM runner_changes WHERE revision <= $1`, revision); err != nil {
		return err
	}
	return touchSeries(ctx, tx)
}

// touchSeries makes every process read all series and their races anew.
func touchSeries(ctx context.Context, tx *sqlx.Tx) error {
	_, err := countUp(ctx, tx, "series")
	return err
}

func countUp(ctx context.Context, tx *sqlx.Tx, name string) (int64, error) {
	var number int64
	err := tx.GetContext(ctx, &number, `UPDATE revisions SET number = number + 1 WHERE name = $1 RETURNING number`, name)
	return number, err
}
