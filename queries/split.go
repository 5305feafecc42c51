package queries

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// SplitRunner gives some results of a runner to another, who is made where
// there is only a name. What was not of the runner any more is passed over.
// ErrClash says that the other has run one of the races, ErrErased that one of
// the two was erased, a StaleError that
// somebody else has changed some of the results; then nothing is done.
func (db *DB) SplitRunner(ctx context.Context, from, to club.Runner, seen []Seen, actor Actor) (done Changed, err error) {
	err = db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		done, err = db.split(ctx, tx, from, to, seen, actor)
		return err
	})
	if errors.Is(err, ErrExists) {
		err = fmt.Errorf("%w: %w", ErrClash, err)
	}
	if err != nil {
		return Changed{}, fmt.Errorf("split runner %d: %w", from.ID, err)
	}
	return done, nil
}

func (db *DB) split(ctx context.Context, tx *sqlx.Tx, from, to club.Runner, seen []Seen, actor Actor) (done Changed, err error) {
	results, err := resultsAsSeen(ctx, tx, seen)
	if err != nil {
		return Changed{}, err
	}
	before, err := runnerIn(ctx, tx, from.ID)
	if err != nil {
		return Changed{}, err
	}
	content := binContent{}
	if to, content.Made, err = db.splitInto(ctx, tx, before, to, actor); err != nil {
		return Changed{}, err
	}
	if before.Visibility == club.Erased || to.Visibility == club.Erased {
		return Changed{}, ErrErased
	}
	for _, r := range results {
		if r.RunnerID != from.ID {
			continue
		}
		after := r.Result
		after.RunnerID = to.ID
		if err := actor.changeResult(ctx, tx, "split", to.Name, r.Result, after); err != nil {
			return Changed{}, err
		}
		content.Results = append(content.Results, r.Result)
	}
	if done.Count = len(content.Results); done.Count == 0 {
		return Changed{}, ErrStale
	}
	what := fmt.Sprintf("%s of %s, given to %s", counted(done.Count, "result"), before.Name, to.Name)
	if done.Undo, err = actor.bin(ctx, tx, 0, BinnedChange, what, content); err != nil {
		return Changed{}, err
	}
	for _, runner := range []club.Runner{before, to} {
		if err := actor.note(ctx, tx, Deed{Action: "split", Outcome: OK, Kind: "runner", ObjectID: runner.ID, Object: what, Runners: []int64{before.ID, to.ID}}); err != nil {
			return Changed{}, err
		}
	}
	return done, db.resultsChanged(ctx, tx, before.ID, to.ID)
}

// splitInto reads the runner who gets the results, or makes one and returns the
// number as made. A new runner is hidden if before is.
func (db *DB) splitInto(ctx context.Context, tx *sqlx.Tx, before, to club.Runner, actor Actor) (stored club.Runner, made int64, err error) {
	if to.ID != 0 {
		stored, err = runnerIn(ctx, tx, to.ID)
		return stored, 0, err
	}
	if before.Hidden {
		to.Visibility, to.HiddenFor, to.Hidden = club.Hidden, club.Asked, true
	}
	if err := db.insertRunner(ctx, tx, &to, actor); err != nil {
		return to, 0, err
	}
	return to, to.ID, actor.noteRunner(ctx, tx, "create", nil, &to)
}

// unmake takes away again a runner who was made by a change, if nobody has
// done anything with that runner since.
func (db *DB) unmake(ctx context.Context, tx *sqlx.Tx, id int64, actor Actor) error {
	if id == 0 {
		return nil
	}
	runner, err := runnerAt(ctx, tx, id, 1)
	if err != nil {
		return err
	}
	results, err := resultsOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if len(results) > 0 {
		return ErrStale
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM runners WHERE id = $1`, id); err != nil {
		return err
	}
	return actor.noteRunner(ctx, tx, "undo", &runner, nil)
}
