package queries

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

const resultColumns = `t.id, t.runner_id, t.race_id, t.status, t.net_ms, t.gun_ms, t.position, t.category, t.category_position, t.club,
	t.counts, t.version`

// Result is one result.
func (db *DB) Result(ctx context.Context, id int64) (club.Result, error) {
	result, err := resultIn(ctx, db.read, id)
	if err != nil {
		return club.Result{}, fmt.Errorf("result %d: %w", id, classify(err))
	}
	return result, nil
}

func resultIn(ctx context.Context, q sqlx.QueryerContext, id int64) (club.Result, error) {
	var result club.Result
	err := sqlx.GetContext(ctx, q, &result, `SELECT `+resultColumns+` FROM results t WHERE t.id = $1`, id)
	return result, err
}

// CreateResult stores a new result and gives back its id. ErrExists says that
// the runner has one in the race already, ErrErased that the runner was erased,
// ErrNotFound that the runner or the race is gone.
func (db *DB) CreateResult(ctx context.Context, result club.Result, actor Actor) (id int64, err error) {
	err = db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		runner, err := runnerIn(ctx, tx, result.RunnerID)
		if err != nil {
			return err
		}
		if id, err = addResult(ctx, tx, runner, result, actor); err != nil {
			return err
		}
		return db.resultsChanged(ctx, tx, runner.ID)
	})
	if err != nil {
		return 0, fmt.Errorf("create result: %w", err)
	}
	return id, nil
}

// ErrNamesake says that somebody of the same name was added a moment ago.
var ErrNamesake = errors.New("somebody of that name was added a moment ago")

// CreateRunnerWithResult stores a new runner with a first result, and gives back
// the id of the result. known are the Namesakes that there were when somebody
// decided that this is another runner: where there is one more, ErrNamesake says
// so and nothing is stored.
func (db *DB) CreateRunnerWithResult(ctx context.Context, runner club.Runner, result club.Result, known []int64, actor Actor) (id int64, err error) {
	err = db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		ids, err := namesakesIn(ctx, tx, runner.Name)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(ids, func(id int64) bool { return !slices.Contains(known, id) }) {
			return ErrNamesake
		}
		stored, err := db.addRunner(ctx, tx, runner, actor)
		if err != nil {
			return err
		}
		result := result
		result.RunnerID = stored.ID
		if id, err = addResult(ctx, tx, stored, result, actor); err != nil {
			return err
		}
		return db.resultsChanged(ctx, tx, stored.ID)
	})
	if err != nil {
		return 0, fmt.Errorf("create runner with result: %w", err)
	}
	return id, nil
}

// Namesakes returns the ids of all runners whose name folds to the same as name,
// hidden ones too.
func (db *DB) Namesakes(ctx context.Context, name string) ([]int64, error) {
	ids, err := namesakesIn(ctx, db.read, name)
	if err != nil {
		return nil, fmt.Errorf("namesakes: %w", classify(err))
	}
	return ids, nil
}

func namesakesIn(ctx context.Context, q sqlx.QueryerContext, name string) (ids []int64, err error) {
	const query = `SELECT id FROM runners WHERE search_key = $1 ORDER BY id LIMIT 1000`
	return ids, sqlx.SelectContext(ctx, q, &ids, query, club.Fold(name))
}

// addResult stores and notes a new result of a runner.
func addResult(ctx context.Context, tx *sqlx.Tx, runner club.Runner, result club.Result, actor Actor) (int64, error) {
	if runner.Visibility == club.Erased {
		return 0, ErrErased
	}
	if _, err := raceIn(ctx, tx, result.RaceID); err != nil {
		return 0, err
	}
	if err := insertResult(ctx, tx, &result); err != nil {
		return 0, err
	}
	return result.ID, actor.noteResult(ctx, tx, "create", runner.Name, nil, &result)
}

// insertResult stores a result under its id, or a new one where that is 0.
func insertResult(ctx context.Context, tx *sqlx.Tx, r *club.Result) error {
	columns := `runner_id, race_id, status, net_ms, gun_ms, position, category, category_position, club, counts`
	values := `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10`
	args := []any{r.RunnerID, r.RaceID, r.Status, r.Net, r.Gun, r.Position, r.Category, r.CategoryPosition, r.Club, r.Counts}
	if r.ID != 0 {
		columns, values = columns+`, id, version`, values+`, $11, $12`
		args = append(args, r.ID, r.Version)
	}
	return tx.QueryRowxContext(ctx, `INSERT INTO results (`+columns+`) VALUES (`+values+`) RETURNING id, version`, args...).
		Scan(&r.ID, &r.Version)
}

// UpdateResult stores a result as somebody changed it; runner and race stay.
// ErrStale says that another change came in between, ErrErased that the runner
// was erased.
func (db *DB) UpdateResult(ctx context.Context, result club.Result, actor Actor) error {
	err := db.changeResult(ctx, result.ID, result.Version, func(tx *sqlx.Tx, runner club.Runner, before club.Result) error {
		if runner.Visibility == club.Erased {
			return ErrErased
		}
		result.RunnerID, result.RaceID = before.RunnerID, before.RaceID
		return actor.changeResult(ctx, tx, "update", runner.Name, before, result)
	})
	if err != nil {
		return fmt.Errorf("update result %d: %w", result.ID, err)
	}
	return nil
}

// changeResult stores a result in its next version.
func (a Actor) changeResult(ctx context.Context, tx *sqlx.Tx, action, runner string, before, after club.Result) error {
	const update = `
		UPDATE results
		SET runner_id = $1, status = $2, net_ms = $3, gun_ms = $4, position = $5, category = $6, category_position = $7,
			club = $8, counts = $9, version = $10
		WHERE id = $11`
	after.Version = before.Version + 1
	_, err := tx.ExecContext(ctx, update, after.RunnerID, after.Status, after.Net, after.Gun, after.Position, after.Category,
		after.CategoryPosition, after.Club, after.Counts, after.Version, after.ID)
	if err != nil {
		return err
	}
	return a.noteResult(ctx, tx, action, runner, &before, &after)
}

// DeleteResult puts a result into the bin, and says where it lies there.
func (db *DB) DeleteResult(ctx context.Context, id, version int64, actor Actor) (binID int64, err error) {
	err = db.changeResult(ctx, id, version, func(tx *sqlx.Tx, runner club.Runner, before club.Result) error {
		binID, err = removeResult(ctx, tx, runner, before, 0, actor)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("delete result %d: %w", id, err)
	}
	return binID, nil
}

// removeResult puts a result into the bin, as part of a batch.
func removeResult(ctx context.Context, tx *sqlx.Tx, runner club.Runner, result club.Result, batch int64, actor Actor) (int64, error) {
	content := binContent{Runner: &runner, Results: []club.Result{result}}
	batch, err := actor.bin(ctx, tx, batch, BinnedResult, "a result of "+runner.Name, content)
	if err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM results WHERE id = $1`, result.ID); err != nil {
		return 0, err
	}
	return batch, actor.noteResult(ctx, tx, "delete", runner.Name, &result, nil)
}

// UndoResult makes a result again what it was before the update that made a
// version. ErrStale says that there was another change since.
func (db *DB) UndoResult(ctx context.Context, id, version int64, actor Actor) (club.Result, error) {
	var before club.Result
	err := db.changeResult(ctx, id, version, func(tx *sqlx.Tx, runner club.Runner, now club.Result) error {
		if err := lastUpdate(ctx, tx, "result", id, version, &before); err != nil {
			return err
		}
		if runner.Visibility == club.Erased {
			return ErrErased
		}
		before.RunnerID, before.RaceID = now.RunnerID, now.RaceID
		return actor.changeResult(ctx, tx, "undo", runner.Name, now, before)
	})
	if err != nil {
		return club.Result{}, fmt.Errorf("undo of result %d: %w", id, err)
	}
	return before, nil
}

func (db *DB) changeResult(ctx context.Context, id, version int64, do func(tx *sqlx.Tx, runner club.Runner, before club.Result) error) error {
	return db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		before, err := resultAt(ctx, tx, id, version)
		if err != nil {
			return err
		}
		runner, err := runnerIn(ctx, tx, before.RunnerID)
		if err != nil {
			return err
		}
		if err := do(tx, runner, before); err != nil {
			return err
		}
		return db.resultsChanged(ctx, tx, runner.ID)
	})
}

// resultAt returns a result that is still as of a version.
func resultAt(ctx context.Context, tx *sqlx.Tx, id, version int64) (club.Result, error) {
	result, err := resultIn(ctx, tx, id)
	if err == nil && result.Version != version {
		err = ErrStale
	}
	return result, err
}

// ComputePlaces gives all who finished a race their places, and those among
// their sex and category, by gun time, or net time where there is no other. Who
// ran the same time shares a place.
func (db *DB) ComputePlaces(ctx context.Context, raceID int64, actor Actor) (done Changed, err error) {
	const ranked = `
		SELECT t.id, RANK() OVER (ORDER BY COALESCE(t.gun_ms, t.net_ms)) AS place,
			RANK() OVER (PARTITION BY r.sex, t.category ORDER BY COALESCE(t.gun_ms, t.net_ms)) AS within
		FROM results t
		JOIN runners r ON r.id = t.runner_id
		WHERE t.race_id = $1 AND t.status = 'finished'`
	err = db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		race, err := raceIn(ctx, tx, raceID)
		if err != nil {
			return err
		}
		results, err := resultsWhere(ctx, tx, `t.race_id IN (?)`, []int64{raceID})
		if err != nil {
			return err
		}
		type place struct {
			ID            int64
			Place, Within int
		}
		var rows []place
		if err := tx.SelectContext(ctx, &rows, ranked, raceID); err != nil {
			return err
		}
		places := make(map[int64]place, len(rows))
		for _, row := range rows {
			places[row.ID] = row
		}
		done, err = db.changeAll(ctx, tx, results, "the place in "+race.Name, actor, func(r *club.Result) {
			if r.Status == club.Finished {
				r.Position, r.CategoryPosition = places[r.ID].Place, 0
				if r.Category != "" {
					r.CategoryPosition = places[r.ID].Within
				}
			}
		})
		if err != nil {
			return err
		}
		return bumpSeries(ctx, tx)
	})
	if err != nil {
		return Changed{}, fmt.Errorf("places in race %d: %w", raceID, err)
	}
	return done, nil
}

// noteResult notes a change of a result; one of before and after may be nil.
func (a Actor) noteResult(ctx context.Context, tx *sqlx.Tx, action, runner string, before, after *club.Result) error {
	d := Deed{Action: action, Outcome: OK, Kind: "result", Object: runner}
	if before != nil {
		d.ObjectID, d.Before = before.ID, before
	}
	if after != nil {
		d.ObjectID, d.After = after.ID, after
	}
	return a.note(ctx, tx, d)
}

// resultsOf are all results of a runner, to be kept in the bin.
func resultsOf(ctx context.Context, tx *sqlx.Tx, runnerID int64) ([]club.Result, error) {
	var results []club.Result
	err := tx.SelectContext(ctx, &results, `SELECT `+resultColumns+` FROM results t WHERE t.runner_id = $1 ORDER BY t.id LIMIT $2`,
		runnerID, maxResultsOfRunner)
	return results, err
}
