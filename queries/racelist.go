package queries

import (
	"cmp"
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

// raceSorts are the orders of a list of races.
var raceSorts = map[string]string{
	"date":     "p.held_on DESC, p.id DESC",
	"oldest":   "p.held_on, p.id",
	"name":     "p.name, p.held_on DESC, p.id DESC",
	"distance": "p.metres, p.held_on DESC, p.id DESC",
}

// KeptRaces lists races whose names have words that begin so, and counts them
// all. sort is one of raceSorts; any other sorts by date.
func (db *DB) KeptRaces(ctx context.Context, query, sort string, offset, limit int) (races []KeptRace, total int, err error) {
	names, err := db.currentNames(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("list races: %w", classify(err))
	}
	order := cmp.Or(raceSorts[sort], raceSorts["date"])
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
		FROM (SELECT * FROM (SELECT ` + raceColumns + from + `) AS p ORDER BY ` + order + ` LIMIT ? OFFSET ?) AS p
		ORDER BY ` + order
	if err := db.read.SelectContext(ctx, &races, sqlx.Rebind(sqlx.DOLLAR, list), append(args, limit, offset)...); err != nil {
		return nil, 0, fmt.Errorf("list races: %w", classify(err))
	}
	return races, total, nil
}

// KeptRace is one race of the list.
func (db *DB) KeptRace(ctx context.Context, id int64) (KeptRace, error) {
	const query = `
		SELECT ` + raceColumns + `, (SELECT COUNT(*) FROM results t WHERE t.race_id = c.id) AS results
		FROM races c
		JOIN series s ON s.id = c.series_id
		WHERE c.id = $1`
	var race KeptRace
	if err := db.read.GetContext(ctx, &race, query, id); err != nil {
		return KeptRace{}, fmt.Errorf("race %d: %w", id, classify(err))
	}
	return race, nil
}
