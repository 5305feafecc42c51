package queries

import (
	"context"
	"fmt"

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

// ChangeResults changes results in one step, which can be undone as one. Those
// that are not there, or that change leaves as they are, are passed over. what
// says in the bin what of them was changed. A StaleError says that somebody else
// has changed some of them; then nothing is done.
func (db *DB) ChangeResults(ctx context.Context, seen []Seen, what string, actor Actor, change func(r *club.Result)) (Changed, error) {
	return db.changeLocked(ctx, what, actor, change, func(tx *sqlx.Tx) ([]KeptResult, error) {
		return resultsAsSeen(ctx, tx, seen)
	})
}

// ChangeResultsOf is ChangeResults for all results of some runners. ErrInvalid
// says that they are more than 50,000.
func (db *DB) ChangeResultsOf(ctx context.Context, runners []Seen, what string, actor Actor, change func(r *club.Result)) (Changed, error) {
	return db.changeLocked(ctx, what, actor, change, func(tx *sqlx.Tx) ([]KeptResult, error) {
		if _, err := runnersAsSeen(ctx, tx, runners); err != nil {
			return nil, err
		}
		return resultsWhere(ctx, tx, `t.runner_id IN (?)`, numbersOf(runners))
	})
}

func (db *DB) changeLocked(ctx context.Context, what string, actor Actor, change func(r *club.Result), lock func(tx *sqlx.Tx) ([]KeptResult, error)) (done Changed, err error) {
	err = db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		results, err := lock(tx)
		if err != nil {
			return err
		}
		done, err = db.changeAll(ctx, tx, results, what, actor, change)
		return err
	})
	if err != nil {
		return Changed{}, fmt.Errorf("change %s of results: %w", what, err)
	}
	return done, nil
}

// changeAll changes results.
func (db *DB) changeAll(ctx context.Context, tx *sqlx.Tx, results []KeptResult, what string, actor Actor, change func(r *club.Result)) (Changed, error) {
	var content binContent
	var runners []int64
	for _, r := range results {
		after := r.Result
		if change(&after); after == r.Result || r.Erased {
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

// DeleteResults puts results into the bin in one step. A StaleError as in
// ChangeResults.
func (db *DB) DeleteResults(ctx context.Context, seen []Seen, actor Actor) (done Changed, err error) {
	err = db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		done = Changed{}
		results, err := resultsAsSeen(ctx, tx, seen)
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
		return Changed{}, fmt.Errorf("delete %d results: %w", len(seen), err)
	}
	return done, nil
}

// HideRunners hides runners in one step, or shows them, which can be undone as
// one. A StaleError as in ChangeResults.
func (db *DB) HideRunners(ctx context.Context, seen []Seen, hidden bool, actor Actor) (done Changed, err error) {
	said := map[bool]club.Visibility{true: club.Hidden, false: club.Shown}[hidden]
	err = db.eachRunner(ctx, seen, func(tx *sqlx.Tx, runners []club.Runner) error {
		done = Changed{}
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
		return Changed{}, fmt.Errorf("hide %d runners: %w", len(seen), err)
	}
	return done, nil
}

// DeleteRunners puts runners with all results into the bin in one step. A
// StaleError as in ChangeResults.
func (db *DB) DeleteRunners(ctx context.Context, seen []Seen, actor Actor) (done Changed, err error) {
	err = db.eachRunner(ctx, seen, func(tx *sqlx.Tx, runners []club.Runner) error {
		done = Changed{}
		for _, runner := range runners {
			if done.Undo, err = removeRunner(ctx, tx, runner, done.Undo, actor); err != nil {
				return err
			}
		}
		done.Count = len(runners)
		return bumpResults(ctx, tx)
	})
	if err != nil {
		return Changed{}, fmt.Errorf("delete %d runners: %w", len(seen), err)
	}
	return done, nil
}

// eachRunner lets do change those of the runners who are there.
func (db *DB) eachRunner(ctx context.Context, seen []Seen, do func(tx *sqlx.Tx, runners []club.Runner) error) error {
	return db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		runners, err := runnersAsSeen(ctx, tx, seen)
		if err != nil || len(runners) == 0 {
			return err
		}
		if err := do(tx, runners); err != nil {
			return err
		}
		return db.bumpRunners(ctx, tx, idsOf(runners, func(r club.Runner) int64 { return r.ID })...)
	})
}
