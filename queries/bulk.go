package queries

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// Changed is what a change of many did: of how many, and the number in the bin
// that undoes it, 0 where nothing changed.
type Changed struct {
	Count int
	Undo  int64
}

// maxResultsChanged bounds the results that one step changes.
const maxResultsChanged = 50_000

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// idsOf are the numbers of things.
func idsOf[T any](things []T, id func(T) int64) []int64 {
	ids := make([]int64, len(things))
	for i, thing := range things {
		ids[i] = id(thing)
	}
	return ids
}

// lockResults are results with their runners' names, which nobody else changes
// until the transaction ends. where has one list of numbers in it.
func (db *DB) lockResults(ctx context.Context, tx *sqlx.Tx, where string, ids []int64) ([]KeptResult, error) {
	query := `SELECT ` + keptResultColumns + ` FROM results t JOIN runners r ON r.id = t.runner_id WHERE ` + where + ` ORDER BY t.id`
	if db.engine == postgresEngine { // SQLite lets nobody else write now
		query += ` FOR UPDATE OF t`
	}
	slices.Sort(ids)
	results, err := selectIn[KeptResult](ctx, tx, query, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	if len(results) > maxResultsChanged {
		return nil, ErrInvalid
	}
	return results, nil
}

// ChangeResults changes results in one step, which can be undone as one. Those
// that are not there, or that change leaves as they are, are passed over. what
// says in the bin what of them was changed. ErrInvalid says that they are more
// than 50,000.
func (db *DB) ChangeResults(ctx context.Context, ids []int64, what string, actor Actor, change func(r *club.Result)) (Changed, error) {
	return db.changeWhere(ctx, `t.id IN (?)`, ids, what, actor, change)
}

// ChangeResultsOf is ChangeResults for all results of some runners.
func (db *DB) ChangeResultsOf(ctx context.Context, runners []int64, what string, actor Actor, change func(r *club.Result)) (Changed, error) {
	return db.changeWhere(ctx, `t.runner_id IN (?)`, runners, what, actor, change)
}

func (db *DB) changeWhere(ctx context.Context, where string, ids []int64, what string, actor Actor, change func(r *club.Result)) (done Changed, err error) {
	err = db.inTx(ctx, func(tx *sqlx.Tx) error {
		results, err := db.lockResults(ctx, tx, where, ids)
		if err != nil {
			return err
		}
		done, err = db.changeAll(ctx, tx, results, what, actor, change)
		return err
	})
	if err != nil {
		return Changed{}, fmt.Errorf("change %d results: %w", len(ids), err)
	}
	return done, nil
}

// changeAll changes results that are locked.
func (db *DB) changeAll(ctx context.Context, tx *sqlx.Tx, results []KeptResult, what string, actor Actor, change func(r *club.Result)) (Changed, error) {
	var content binContent
	var runners []int64
	for _, r := range results {
		after := r.Result
		if change(&after); after == r.Result {
			continue
		}
		content.Results = append(content.Results, r.Result)
		runners = append(runners, r.RunnerID)
		if err := actor.changeResult(ctx, tx, "update", r.Runner, r.Result, after); err != nil {
			return Changed{}, err
		}
	}
	done := Changed{Count: len(content.Results)}
	if done.Count == 0 {
		return done, nil
	}
	var err error
	if done.Undo, err = actor.bin(ctx, tx, 0, BinnedChange, what+" of "+counted(done.Count, "result"), content); err != nil {
		return Changed{}, err
	}
	return done, db.resultsChanged(ctx, tx, runners...)
}

// DeleteResults puts results into the bin in one step.
func (db *DB) DeleteResults(ctx context.Context, ids []int64, actor Actor) (done Changed, err error) {
	err = db.inTx(ctx, func(tx *sqlx.Tx) error {
		results, err := db.lockResults(ctx, tx, `t.id IN (?)`, ids)
		if err != nil {
			return err
		}
		for _, r := range results {
			runner, err := runnerIn(ctx, tx, r.RunnerID)
			if err != nil {
				return err
			}
			if done.Undo, err = removeResult(ctx, tx, runner, r.Result, done.Undo, actor); err != nil {
				return err
			}
		}
		done.Count = len(results)
		return db.resultsChanged(ctx, tx, idsOf(results, func(r KeptResult) int64 { return r.RunnerID })...)
	})
	if err != nil {
		return Changed{}, fmt.Errorf("delete %d results: %w", len(ids), err)
	}
	return done, nil
}

// HideRunners hides runners in one step, or shows them, which can be undone as
// one.
func (db *DB) HideRunners(ctx context.Context, ids []int64, hidden bool, actor Actor) (done Changed, err error) {
	said := map[bool]club.Visibility{true: club.Hidden, false: club.Shown}[hidden]
	err = db.eachRunner(ctx, ids, func(tx *sqlx.Tx, runners []club.Runner) error {
		var content binContent
		for _, before := range runners {
			if before.Visibility == said || before.Visibility == club.Erased {
				continue
			}
			after := before
			after.Visibility = said
			if err := db.storeRunner(ctx, tx, after, actor); err != nil {
				return err
			}
			after.Version++
			if err := actor.noteRunner(ctx, tx, "update", &before, &after); err != nil {
				return err
			}
			content.Runners = append(content.Runners, before)
		}
		if done.Count = len(content.Runners); done.Count == 0 {
			return nil
		}
		what := map[bool]string{true: "hidden: ", false: "shown: "}[hidden] + counted(done.Count, "runner")
		done.Undo, err = actor.bin(ctx, tx, 0, BinnedChange, what, content)
		return err
	})
	if err != nil {
		return Changed{}, fmt.Errorf("hide %d runners: %w", len(ids), err)
	}
	return done, nil
}

// DeleteRunners puts runners with all results into the bin in one step.
func (db *DB) DeleteRunners(ctx context.Context, ids []int64, actor Actor) (done Changed, err error) {
	err = db.eachRunner(ctx, ids, func(tx *sqlx.Tx, runners []club.Runner) error {
		for _, runner := range runners {
			if done.Undo, err = removeRunner(ctx, tx, runner, done.Undo, actor); err != nil {
				return err
			}
		}
		done.Count = len(runners)
		return revise(ctx, tx)
	})
	if err != nil {
		return Changed{}, fmt.Errorf("delete %d runners: %w", len(ids), err)
	}
	return done, nil
}

// eachRunner lets do change those of the runners who are there.
func (db *DB) eachRunner(ctx context.Context, ids []int64, do func(tx *sqlx.Tx, runners []club.Runner) error) error {
	slices.Sort(ids)
	return db.inTx(ctx, func(tx *sqlx.Tx) error {
		query := `SELECT id FROM runners WHERE id IN (?) ORDER BY id`
		if db.engine == postgresEngine {
			query += ` FOR UPDATE`
		}
		rows, err := selectIn[int64](ctx, tx, query, slices.Compact(ids))
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		var runners []club.Runner
		for _, id := range rows {
			runner, err := runnerIn(ctx, tx, id)
			if err != nil {
				return err
			}
			runners = append(runners, runner)
		}
		if err := do(tx, runners); err != nil {
			return err
		}
		return db.touchRunners(ctx, tx, rows...)
	})
}
