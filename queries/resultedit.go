package queries

import (
	"context"
	"fmt"

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
// the runner has one in the race already.
func (db *DB) CreateResult(ctx context.Context, result club.Result, actor Actor) (int64, error) {
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		runner, err := runnerIn(ctx, tx, result.RunnerID)
		if err != nil {
			return err
		}
		if err := insertResult(ctx, tx, &result); err != nil {
			return err
		}
		if err := actor.noteResult(ctx, tx, "create", runner, nil, &result); err != nil {
			return err
		}
		return db.resultsChanged(ctx, tx, runner.ID)
	})
	if err != nil {
		return 0, fmt.Errorf("create result: %w", err)
	}
	return result.ID, nil
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
// ErrStale says that another change came in between.
func (db *DB) UpdateResult(ctx context.Context, result club.Result, actor Actor) error {
	const update = `
		UPDATE results
		SET status = $1, net_ms = $2, gun_ms = $3, position = $4, category = $5, category_position = $6, club = $7,
			counts = $8, version = version + 1
		WHERE id = $9`
	err := db.changeResult(ctx, result.ID, result.Version, func(tx *sqlx.Tx, runner club.Runner, before club.Result) error {
		_, err := tx.ExecContext(ctx, update, result.Status, result.Net, result.Gun, result.Position, result.Category,
			result.CategoryPosition, result.Club, result.Counts, result.ID)
		if err != nil {
			return err
		}
		result.Version++
		return actor.noteResult(ctx, tx, "update", runner, &before, &result)
	})
	if err != nil {
		return fmt.Errorf("update result %d: %w", result.ID, err)
	}
	return nil
}

// DeleteResult puts a result into the bin, and says where it lies there.
func (db *DB) DeleteResult(ctx context.Context, id, version int64, actor Actor) (binID int64, err error) {
	err = db.changeResult(ctx, id, version, func(tx *sqlx.Tx, runner club.Runner, before club.Result) error {
		binID, err = actor.bin(ctx, tx, BinnedResult, "a result of "+runner.Name, binContent{Runner: &runner, Results: []club.Result{before}})
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM results WHERE id = $1`, id); err != nil {
			return err
		}
		return actor.noteResult(ctx, tx, "delete", runner, &before, nil)
	})
	if err != nil {
		return 0, fmt.Errorf("delete result %d: %w", id, err)
	}
	return binID, nil
}

func (db *DB) changeResult(ctx context.Context, id, version int64, do func(tx *sqlx.Tx, runner club.Runner, before club.Result) error) error {
	return db.inTx(ctx, func(tx *sqlx.Tx) error {
		if db.engine == postgresEngine { // SQLite lets nobody else write now
			if _, err := tx.ExecContext(ctx, `SELECT 1 FROM results WHERE id = $1 FOR UPDATE`, id); err != nil {
				return err
			}
		}
		before, err := resultIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if before.Version != version {
			return ErrStale
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

// ComputePlaces gives all who finished a race their places, and those among
// their sex and category, by gun time, or net time where there is no other. Who
// ran the same time shares a place.
func (db *DB) ComputePlaces(ctx context.Context, raceID int64, actor Actor) error {
	const update = `
		UPDATE results
		SET version = version + 1, position = ranked.place,
			category_position = CASE WHEN category = '' THEN 0 ELSE ranked.within END
		FROM (
			SELECT t.id, RANK() OVER (ORDER BY COALESCE(t.gun_ms, t.net_ms)) AS place,
				RANK() OVER (PARTITION BY r.sex, t.category ORDER BY COALESCE(t.gun_ms, t.net_ms)) AS within
			FROM results t
			JOIN runners r ON r.id = t.runner_id
			WHERE t.race_id = $1 AND t.status = 'finished'
		) AS ranked
		WHERE ranked.id = results.id`
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, update, raceID); err != nil {
			return err
		}
		if err := actor.note(ctx, tx, Deed{Action: "compute places", Outcome: OK, Kind: "race", ObjectID: raceID}); err != nil {
			return err
		}
		return touchSeries(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("places in race %d: %w", raceID, err)
	}
	return nil
}

// noteResult notes a change of a result; one of before and after may be nil.
func (a Actor) noteResult(ctx context.Context, tx *sqlx.Tx, action string, runner club.Runner, before, after *club.Result) error {
	d := Deed{Action: action, Outcome: OK, Kind: "result", Object: runner.Name}
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
