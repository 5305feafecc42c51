package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// CreateRace stores a new race and gives back its id; the series is the one of
// that name, or a new one. ErrExists says that the series has a race of that
// length on that day.
func (db *DB) CreateRace(ctx context.Context, race club.Race, actor Actor) (int64, error) {
	var id int64
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		stored := race
		if err := db.insertRace(ctx, tx, &stored); err != nil {
			return err
		}
		id = stored.ID
		if err := actor.noteRace(ctx, tx, "create", nil, &stored); err != nil {
			return err
		}
		return bumpSeries(ctx, tx)
	})
	if err != nil {
		return 0, fmt.Errorf("create race: %w", err)
	}
	return id, nil
}

// insertRace stores a race under its id, or a new one where that is 0.
func (db *DB) insertRace(ctx context.Context, tx *sqlx.Tx, r *club.Race) error {
	if err := db.findSeries(ctx, tx, r, nil); err != nil {
		return err
	}
	columns, values := `series_id, held_on, metres, short_course`, `$1, $2, $3, $4`
	args := []any{r.SeriesID, r.HeldOn, r.Length, r.ShortCourse}
	if r.ID != 0 {
		columns, values = columns+`, id, version`, values+`, $5, $6`
		args = append(args, r.ID, r.Version)
	}
	return tx.QueryRowxContext(ctx, `INSERT INTO races (`+columns+`) VALUES (`+values+`) RETURNING id, version`, args...).
		Scan(&r.ID, &r.Version)
}

// findSeries gives a race the series of its name, or a new one that came with an
// import. It locks a series that was there no more than a reference does: a long
// import and others may add races to one at the same time.
func (db *DB) findSeries(ctx context.Context, tx *sqlx.Tx, r *club.Race, importID *int64) error {
	const insert = `INSERT INTO series (name, import_id) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING id`
	err := tx.GetContext(ctx, &r.SeriesID, insert, r.Name, importID)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	query := `SELECT id FROM series WHERE name = $1`
	if db.engine == postgresEngine {
		query += ` FOR KEY SHARE`
	}
	if err := tx.GetContext(ctx, &r.SeriesID, query, r.Name); !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return ErrStale // it went in between
}

// dropEmptySeries takes away a series that has no race any more.
func dropEmptySeries(ctx context.Context, tx *sqlx.Tx, id int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM series WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM races WHERE series_id = $1)`, id)
	return err
}

// UpdateRace stores a race as somebody changed it; a new name moves it to the
// series of that name. ErrStale says that another change came in between,
// ErrExists that the series has a race of that length on that day.
func (db *DB) UpdateRace(ctx context.Context, race club.Race, actor Actor) error {
	err := db.changeRace(ctx, race.ID, race.Version, func(tx *sqlx.Tx, before club.Race) error {
		return db.storeRace(ctx, tx, "update", before, race, actor)
	})
	if err != nil {
		return fmt.Errorf("update race %d: %w", race.ID, err)
	}
	return nil
}

// UndoRace makes a race again what it was before the update that made a
// version. ErrStale says that there was another change since.
func (db *DB) UndoRace(ctx context.Context, id, version int64, actor Actor) (club.Race, error) {
	var before club.Race
	err := db.changeRace(ctx, id, version, func(tx *sqlx.Tx, now club.Race) error {
		if err := lastUpdate(ctx, tx, "race", id, version, &before); err != nil {
			return err
		}
		return db.storeRace(ctx, tx, "undo", now, before, actor)
	})
	if err != nil {
		return club.Race{}, fmt.Errorf("undo of race %d: %w", id, err)
	}
	return before, nil
}

// storeRace stores a race in its next version.
func (db *DB) storeRace(ctx context.Context, tx *sqlx.Tx, action string, before, after club.Race, actor Actor) error {
	const update = `UPDATE races SET series_id = $1, held_on = $2, metres = $3, short_course = $4, version = $5 WHERE id = $6`
	if err := db.findSeries(ctx, tx, &after, nil); err != nil {
		return err
	}
	after.Version = before.Version + 1
	if _, err := tx.ExecContext(ctx, update, after.SeriesID, after.HeldOn, after.Length, after.ShortCourse, after.Version, after.ID); err != nil {
		return err
	}
	if err := dropEmptySeries(ctx, tx, before.SeriesID); err != nil {
		return err
	}
	if err := actor.noteRace(ctx, tx, action, &before, &after); err != nil {
		return err
	}
	runners, err := runnersIn(ctx, tx, after.ID) // what is derived of them may be another now
	if err != nil {
		return err
	}
	return db.resultsChanged(ctx, tx, runners...)
}

// DeleteRace puts a race with all results into the bin, and says where it lies
// there: ErrStale as in UpdateRace.
func (db *DB) DeleteRace(ctx context.Context, id, version int64, actor Actor) (binID int64, err error) {
	err = db.changeRace(ctx, id, version, func(tx *sqlx.Tx, before club.Race) error {
		content := binContent{Race: &before}
		if err := tx.SelectContext(ctx, &content.Results, `SELECT `+resultColumns+` FROM results t WHERE t.race_id = $1 ORDER BY t.id`, id); err != nil {
			return err
		}
		if binID, err = actor.bin(ctx, tx, 0, BinnedRace, before.Name+", "+before.HeldOn.Words(), content); err != nil {
			return err
		}
		for _, statement := range []string{`DELETE FROM results WHERE race_id = $1`, `DELETE FROM races WHERE id = $1`} {
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
		if err := dropEmptySeries(ctx, tx, before.SeriesID); err != nil {
			return err
		}
		if err := actor.noteRace(ctx, tx, "delete", &before, nil); err != nil {
			return err
		}
		return db.resultsChanged(ctx, tx, idsOf(content.Results, func(r club.Result) int64 { return r.RunnerID })...)
	})
	if err != nil {
		return 0, fmt.Errorf("delete race %d: %w", id, err)
	}
	return binID, nil
}

// changeRace lets do change a race that is still as of a version.
func (db *DB) changeRace(ctx context.Context, id, version int64, do func(tx *sqlx.Tx, before club.Race) error) error {
	return db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if err := db.takeYourTime(ctx, tx); err != nil { // tens of thousands may have run it
			return err
		}
		if err := db.hurry(ctx, tx); err != nil {
			return err
		}
		before, err := raceAt(ctx, tx, id, version)
		if err != nil {
			return err
		}
		if err := do(tx, before); err != nil {
			return err
		}
		return bumpSeries(ctx, tx)
	})
}

// raceAt returns a race that is still as of a version.
func raceAt(ctx context.Context, tx *sqlx.Tx, id, version int64) (club.Race, error) {
	race, err := raceIn(ctx, tx, id)
	if err == nil && race.Version != version {
		err = ErrStale
	}
	return race, err
}

func runnersIn(ctx context.Context, tx *sqlx.Tx, raceID int64) ([]int64, error) {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `SELECT runner_id FROM results WHERE race_id = $1 ORDER BY runner_id`, raceID)
	return ids, err
}

// noteRace notes a change of a race; one of before and after may be nil.
func (a Actor) noteRace(ctx context.Context, tx *sqlx.Tx, action string, before, after *club.Race) error {
	d := Deed{Action: action, Outcome: OK, Kind: "race"}
	if before != nil {
		d.ObjectID, d.Object, d.Before = before.ID, before.Name, before
	}
	if after != nil {
		d.ObjectID, d.Object, d.After = after.ID, after.Name, after
	}
	return a.note(ctx, tx, d)
}
