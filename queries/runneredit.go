package queries

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// ErrClash says that two runners to be merged have both run one race, so they
// can't be one person.
var ErrClash = errors.New("both have run one race")

// CreateRunner stores a new runner and gives back the id. ErrInvalid says that
// the name is empty or longer than 200 letters.
func (db *DB) CreateRunner(ctx context.Context, runner club.Runner, actor Actor) (int64, error) {
	var id int64
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		stored, err := db.addRunner(ctx, tx, runner, actor)
		if err != nil {
			return err
		}
		id = stored.ID
		return db.bumpRunners(ctx, tx, id)
	})
	if err != nil {
		return 0, fmt.Errorf("create runner: %w", err)
	}
	return id, nil
}

// addRunner stores and notes a new runner, and returns it with its number.
func (db *DB) addRunner(ctx context.Context, tx *sqlx.Tx, runner club.Runner, actor Actor) (club.Runner, error) {
	if err := db.insertRunner(ctx, tx, &runner, actor); err != nil {
		return runner, err
	}
	if err := summarise(ctx, tx, runner.ID, runner.ID); err != nil {
		return runner, err
	}
	return runner, actor.noteRunner(ctx, tx, "create", nil, &runner)
}

// insertRunner stores a runner under the number given, or a new one where that
// is 0.
func (db *DB) insertRunner(ctx context.Context, tx *sqlx.Tx, r *club.Runner, actor Actor) error {
	columns := `name, search_key, sex, birth_date, licence, licence_key, visibility, hidden_for, hidden, created_at, updated_at`
	values := `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11`
	args := []any{
		r.Name, club.Fold(r.Name), r.Sex, r.BirthDate, r.Licence, club.LicenceKey(r.Licence), r.Visibility, r.HiddenFor, r.Hidden,
		millis(actor.At), millis(actor.At),
	}
	if r.ID != 0 {
		columns, values = columns+`, id, version`, values+`, $12, $13`
		args = append(args, r.ID, r.Version)
	}
	err := tx.QueryRowxContext(ctx, `INSERT INTO runners (`+columns+`) VALUES (`+values+`) RETURNING id, version`, args...).
		Scan(&r.ID, &r.Version)
	if err != nil {
		return err
	}
	return db.setAliases(ctx, tx, *r)
}

// UpdateRunner stores a runner as somebody changed it. ErrStale says that
// another change came in between: the version is not the one that was read.
func (db *DB) UpdateRunner(ctx context.Context, runner club.Runner, actor Actor) error {
	err := db.changeRunner(ctx, runner.ID, runner.Version, func(tx *sqlx.Tx, before club.Runner) error {
		if err := db.storeRunner(ctx, tx, runner, actor); err != nil {
			return err
		}
		after := runner
		after.Version++
		return actor.noteRunner(ctx, tx, "update", &before, &after)
	})
	if err != nil {
		return fmt.Errorf("update runner %d: %w", runner.ID, err)
	}
	return nil
}

func (db *DB) storeRunner(ctx context.Context, tx *sqlx.Tx, runner club.Runner, actor Actor) error {
	const update = `
		UPDATE runners
		SET name = $1, search_key = $2, sex = $3, birth_date = $4, licence = $5, licence_key = $6, visibility = $7,
			version = version + 1, updated_at = $8
		WHERE id = $9 AND visibility <> 'erased'`
	stored, err := tx.ExecContext(ctx, update, runner.Name, club.Fold(runner.Name), runner.Sex, runner.BirthDate,
		runner.Licence, club.LicenceKey(runner.Licence), runner.Visibility, millis(actor.At), runner.ID)
	if err != nil {
		return err
	}
	if n, err := stored.RowsAffected(); err != nil || n == 0 {
		return cmp.Or(err, ErrErased)
	}
	if err := db.setAliases(ctx, tx, runner); err != nil {
		return err
	}
	return summarise(ctx, tx, runner.ID, runner.ID)
}

// DeleteRunner puts a runner with all results into the bin, and says where they
// lie there: ErrStale as in UpdateRunner.
func (db *DB) DeleteRunner(ctx context.Context, id, version int64, actor Actor) (binID int64, err error) {
	err = db.changeRunner(ctx, id, version, func(tx *sqlx.Tx, before club.Runner) error {
		if binID, err = removeRunner(ctx, tx, before, 0, actor); err != nil {
			return err
		}
		return bumpResults(ctx, tx)
	})
	if err != nil {
		return 0, fmt.Errorf("delete runner %d: %w", id, err)
	}
	return binID, nil
}

// removeRunner puts a runner into the bin, as part of a batch.
func removeRunner(ctx context.Context, tx *sqlx.Tx, runner club.Runner, batch int64, actor Actor) (int64, error) {
	results, err := resultsOf(ctx, tx, runner.ID)
	if err != nil {
		return 0, err
	}
	if batch, err = actor.bin(ctx, tx, batch, BinnedRunner, runner.Name, binContent{Runner: &runner, Results: results}); err != nil {
		return 0, err
	}
	for _, statement := range []string{`DELETE FROM results WHERE runner_id = $1`, `DELETE FROM runners WHERE id = $1`} {
		if _, err := tx.ExecContext(ctx, statement, runner.ID); err != nil {
			return 0, err
		}
	}
	return batch, actor.noteRunner(ctx, tx, "delete", &runner, nil)
}

// MergeRunners makes one of two runners that are one person: kept gets the
// results of gone, its names as aliases, and what was not known of kept.
// It says where in the bin lies what undoes it. ErrClash says that both have
// run a race, ErrErased that one was erased; then nothing is changed.
func (db *DB) MergeRunners(ctx context.Context, kept, gone club.Runner, actor Actor) (binID int64, err error) {
	err = db.changeRunner(ctx, kept.ID, kept.Version, func(tx *sqlx.Tx, before club.Runner) error {
		other, err := runnerAt(ctx, tx, gone.ID, gone.Version)
		if err != nil {
			return err
		}
		if other.Visibility == club.Erased {
			return ErrErased
		}
		after := merged(before, other)
		moving, err := resultsOf(ctx, tx, gone.ID)
		if err != nil {
			return err
		}
		content := binContent{Runner: &other, Kept: &before}
		for _, result := range moving {
			content.Moved = append(content.Moved, result.ID)
		}
		if binID, err = actor.bin(ctx, tx, 0, BinnedMerge, other.Name+", merged into "+before.Name, content); err != nil {
			return err
		}
		if err := mergeContacts(ctx, tx, kept.ID, gone.ID); err != nil {
			return err
		}
		if err := moveResults(ctx, tx, kept.ID, gone.ID); err != nil {
			return err
		}
		if err := db.storeRunner(ctx, tx, after, actor); err != nil {
			return err
		}
		if err := actor.noteRunner(ctx, tx, "merge", &before, &after); err != nil {
			return err
		}
		d := Deed{Action: "merge", Outcome: OK, Kind: "runner", ObjectID: other.ID, Object: other.Name, Before: &other, After: storedMerge{kept.ID}}
		if err := actor.note(ctx, tx, d); err != nil {
			return err
		}
		return bumpResults(ctx, tx)
	}, gone.ID)
	if err != nil {
		return 0, fmt.Errorf("merge runners %d and %d: %w", kept.ID, gone.ID, err)
	}
	return binID, nil
}

// moveResults gives all results of one runner to another, and takes away the
// runner who has none then.
func moveResults(ctx context.Context, tx *sqlx.Tx, to, from int64) error {
	const clashes = `SELECT COUNT(*) FROM results a JOIN results b ON b.race_id = a.race_id WHERE a.runner_id = $1 AND b.runner_id = $2`
	var shared int
	if err := tx.GetContext(ctx, &shared, clashes, to, from); err != nil {
		return err
	}
	if shared > 0 {
		return ErrClash
	}
	if _, err := tx.ExecContext(ctx, `UPDATE results SET runner_id = $1, version = version + 1 WHERE runner_id = $2`, to, from); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM runners WHERE id = $1`, from)
	return err
}

// merged is what is known of both together, under the first one's name.
func merged(kept, gone club.Runner) club.Runner {
	kept.Sex = cmp.Or(kept.Sex, gone.Sex)
	kept.BirthDate = cmp.Or(kept.BirthDate, gone.BirthDate)
	kept.Licence = cmp.Or(kept.Licence, gone.Licence)
	kept.Visibility = kept.Visibility.Merge(gone.Visibility)
	known := map[string]bool{club.Fold(kept.Name): true}
	names := slices.Concat(kept.Aliases, []string{gone.Name}, gone.Aliases)
	kept.Aliases = slices.DeleteFunc(names, func(name string) bool {
		key := club.Fold(name)
		again := known[key]
		known[key] = true
		return again
	})
	return kept
}

// changeRunner lets do change a runner who is still as of a version, and makes
// the change, with that of others, known to all processes.
func (db *DB) changeRunner(ctx context.Context, id, version int64, do func(tx *sqlx.Tx, before club.Runner) error, others ...int64) error {
	return db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		before, err := runnerAt(ctx, tx, id, version)
		if err != nil {
			return err
		}
		if err := do(tx, before); err != nil {
			return err
		}
		return db.bumpRunners(ctx, tx, append(others, id)...)
	})
}

// runnerAt returns a runner who is still as of a version.
func runnerAt(ctx context.Context, tx *sqlx.Tx, id, version int64) (club.Runner, error) {
	runner, err := runnerIn(ctx, tx, id)
	if err == nil && runner.Version != version {
		err = ErrStale
	}
	return runner, err
}

func (db *DB) setAliases(ctx context.Context, tx *sqlx.Tx, runner club.Runner) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM runner_aliases WHERE runner_id = $1`, runner.ID); err != nil {
		return err
	}
	rows := newInserter("runner_aliases", "runner_id", "name")
	for _, alias := range runner.Aliases {
		rows.add(runner.ID, alias)
	}
	return rows.into(ctx, db.engine, tx)
}

// noteRunner notes a change of a runner; one of before and after may be nil.
func (a Actor) noteRunner(ctx context.Context, tx *sqlx.Tx, action string, before, after *club.Runner) error {
	d := Deed{Action: action, Outcome: OK, Kind: "runner"}
	if before != nil {
		d.ObjectID, d.Object, d.Before = before.ID, before.Name, before
	}
	if after != nil {
		if err := tx.GetContext(ctx, &after.Hidden, `SELECT hidden FROM runners WHERE id = $1`, after.ID); err != nil {
			return err
		}
		d.ObjectID, d.Object, d.After = after.ID, after.Name, after
	}
	return a.note(ctx, tx, d)
}
