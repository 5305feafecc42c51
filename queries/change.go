package queries

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// RenameSeries gives a series another name, in all its races. ErrExists says
// that there is a series of that name, ErrStale that the race by which it was
// named has changed since.
func (db *DB) RenameSeries(ctx context.Context, race club.Race, actor Actor) (done Changed, err error) {
	err = db.changeRace(ctx, race.ID, race.Version, func(tx *sqlx.Tx, before club.Race) error {
		content := binContent{Series: &club.Series{ID: before.SeriesID, Name: before.Name}}
		if err := racesOfSeries(ctx, tx, before.SeriesID, &content.Races); err != nil {
			return err
		}
		if err := renameSeries(ctx, tx, "update", race.Name, content.Races, actor); err != nil {
			return err
		}
		done.Count = len(content.Races)
		done.Undo, err = actor.bin(ctx, tx, 0, BinnedChange, fmt.Sprintf("the name of %s, now %s", before.Name, race.Name), content)
		return err
	})
	if err != nil {
		return Changed{}, fmt.Errorf("rename series of race %d: %w", race.ID, err)
	}
	return done, nil
}

func racesOfSeries(ctx context.Context, tx *sqlx.Tx, id int64, races *[]club.Race) error {
	const query = `SELECT ` + raceColumns + ` FROM races c JOIN series s ON s.id = c.series_id WHERE c.series_id = $1 ORDER BY c.id`
	return tx.SelectContext(ctx, races, query, id)
}

// renameSeries names the series of some races, which are all of it.
func renameSeries(ctx context.Context, tx *sqlx.Tx, action, name string, races []club.Race, actor Actor) error {
	id := races[0].SeriesID
	if _, err := tx.ExecContext(ctx, `UPDATE series SET name = $1, version = version + 1 WHERE id = $2`, name, id); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE races SET version = version + 1 WHERE series_id = $1`, id); err != nil {
		return err
	}
	for _, before := range races {
		after := before
		after.Name, after.Version = name, before.Version+1
		if err := actor.noteRace(ctx, tx, action, &before, &after); err != nil {
			return err
		}
	}
	return nil
}

// restoreChange makes what was changed in one step again what it was.
func (db *DB) restoreChange(ctx context.Context, tx *sqlx.Tx, content binContent, actor Actor, restored *Restored) error {
	if content.Series != nil {
		for i, race := range content.Races {
			var err error
			if content.Races[i], err = raceAt(ctx, tx, race.ID, race.Version+1); err != nil {
				return err
			}
		}
		if err := renameSeries(ctx, tx, "undo", content.Series.Name, content.Races, actor); err != nil {
			return err
		}
	}
	for _, before := range content.Runners {
		now, err := runnerAt(ctx, tx, before.ID, before.Version+1)
		if err != nil {
			return err
		}
		if err := db.storeRunner(ctx, tx, before, actor); err != nil {
			return err
		}
		before.Version = now.Version + 1
		if err := actor.noteRunner(ctx, tx, "undo", &now, &before); err != nil {
			return err
		}
		restored.runners = append(restored.runners, before.ID)
	}
	names := map[int64]string{}
	for _, before := range content.Results {
		now, err := resultAt(ctx, tx, before.ID, before.Version+1)
		if err != nil {
			return err
		}
		if names[before.RunnerID] == "" {
			runner, err := runnerIn(ctx, tx, before.RunnerID)
			if err != nil {
				return err
			}
			names[before.RunnerID] = runner.Name
		}
		if err := actor.changeResult(ctx, tx, "undo", names[before.RunnerID], now, before); err != nil {
			return err
		}
		restored.runners = append(restored.runners, before.RunnerID, now.RunnerID)
	}
	return db.unmake(ctx, tx, content.Made, actor)
}

func (db *DB) restoreRace(ctx context.Context, tx *sqlx.Tx, content binContent, actor Actor, restored *Restored) error {
	if err := db.insertRace(ctx, tx, content.Race); err != nil {
		return err
	}
	for _, result := range content.Results {
		if err := insertResult(ctx, tx, &result); err != nil {
			return err
		}
		restored.runners = append(restored.runners, result.RunnerID)
	}
	return actor.noteRace(ctx, tx, "restore", nil, content.Race)
}
