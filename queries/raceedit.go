package queries

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
	"runnerdb/search"
)

// KeptRace is a race as those see one who keep it.
type KeptRace struct {
	club.Race
	Results int `db:"results"`
}

// KeptRaces lists races whose names have words that begin so, the newest
// first, and counts them all.
func (db *DB) KeptRaces(ctx context.Context, query string, offset, limit int) (races []KeptRace, total int, err error) {
	names, err := db.currentNames(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("list races: %w", classify(err))
	}
	where, args := "TRUE", []any{}
	words, year := splitYear(search.Terms(query))
	if len(words) > 0 {
		hits, _ := names.series.Search(strings.Join(words, " "), maxSeriesFound)
		if len(hits) == 0 {
			return nil, 0, nil
		}
		ids := make([]int64, len(hits))
		for i, hit := range hits {
			ids[i] = hit.ID
		}
		if where, args, err = sqlx.In("c.series_id IN (?)", ids); err != nil {
			return nil, 0, err
		}
	}
	if year != 0 {
		where += " AND c.held_on BETWEEN ? AND ?"
		args = append(args, firstDay(year), lastDay(year))
	}
	from := ` FROM races c JOIN series s ON s.id = c.series_id WHERE ` + where
	if err := db.read.GetContext(ctx, &total, sqlx.Rebind(sqlx.DOLLAR, `SELECT COUNT(*)`+from), args...); err != nil {
		return nil, 0, fmt.Errorf("count races: %w", classify(err))
	}
	list := `SELECT p.*, (SELECT COUNT(*) FROM results t WHERE t.race_id = p.id) AS results
		FROM (SELECT ` + raceColumns + from + ` ORDER BY c.held_on DESC, c.id DESC LIMIT ? OFFSET ?) AS p
		ORDER BY p.held_on DESC, p.id DESC`
	if err := db.read.SelectContext(ctx, &races, sqlx.Rebind(sqlx.DOLLAR, list), append(args, limit, offset)...); err != nil {
		return nil, 0, fmt.Errorf("list races: %w", classify(err))
	}
	return races, total, nil
}

// CreateRace stores a new race and gives back its id; the series is the one of
// that name, or a new one. ErrExists says that the series has a race of that
// length on that day.
func (db *DB) CreateRace(ctx context.Context, race club.Race, actor Actor) (int64, error) {
	const series = `
		INSERT INTO series (name) VALUES ($1)
		ON CONFLICT (name) DO UPDATE SET name = excluded.name
		RETURNING id`
	const insert = `INSERT INTO races (series_id, held_on, metres, short_course) VALUES ($1, $2, $3, $4) RETURNING id`
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &race.SeriesID, series, race.Name); err != nil {
			return err
		}
		if err := tx.GetContext(ctx, &race.ID, insert, race.SeriesID, race.HeldOn, race.Length, race.ShortCourse); err != nil {
			return err
		}
		d := Deed{Action: "create", Outcome: OK, Kind: "race", ObjectID: race.ID, Object: race.Name, After: race}
		if err := actor.note(ctx, tx, d); err != nil {
			return err
		}
		return touchSeries(ctx, tx)
	})
	if err != nil {
		return 0, fmt.Errorf("create race: %w", err)
	}
	return race.ID, nil
}

// KeptResult is a result as those see one who keep it, hidden runners' too.
type KeptResult struct {
	club.Result
	Runner string   `db:"runner"`
	Sex    club.Sex `db:"sex"`
	Hidden bool     `db:"hidden"`
}

// KeptResults are the results of a race: who finished in the order of time,
// then the others.
func (db *DB) KeptResults(ctx context.Context, raceID int64, offset, limit int) ([]KeptResult, bool, error) {
	const query = `
		SELECT ` + resultColumns + `, r.name AS runner, r.sex, r.hidden
		FROM results t
		JOIN runners r ON r.id = t.runner_id
		WHERE t.race_id = $1
		ORDER BY CASE WHEN t.status = 'finished' THEN 0 ELSE 1 END, COALESCE(t.gun_ms, t.net_ms), t.status, t.id
		LIMIT $2 OFFSET $3`
	var results []KeptResult
	if err := db.read.SelectContext(ctx, &results, query, raceID, limit+1, offset); err != nil {
		return nil, false, fmt.Errorf("results of race %d: %w", raceID, classify(err))
	}
	return results[:min(limit, len(results))], len(results) > limit, nil
}

// KeptResult is one of them.
func (db *DB) KeptResult(ctx context.Context, id int64) (KeptResult, error) {
	const query = `SELECT ` + resultColumns + `, r.name AS runner, r.sex, r.hidden FROM results t JOIN runners r ON r.id = t.runner_id WHERE t.id = $1`
	var result KeptResult
	if err := db.read.GetContext(ctx, &result, query, id); err != nil {
		return KeptResult{}, fmt.Errorf("result %d: %w", id, classify(err))
	}
	return result, nil
}
