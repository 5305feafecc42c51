package queries

import (
	"context"
	"fmt"

	"runnerdb/club"
)

// RaceCount is how many races a runner has run.
type RaceCount struct {
	RunnerID int64    `db:"runner_id"`
	Runner   string   `db:"runner"`
	Sex      club.Sex `db:"sex"`
	Races    int      `db:"races"`
}

// MostRaces are the runners who started most often, in a year or, where that is
// 0, ever.
func (db *DB) MostRaces(ctx context.Context, year, limit int) ([]RaceCount, error) {
	query := `
		SELECT y.runner_id, r.name AS runner, r.sex, y.races
		FROM runner_years y
		JOIN runners r ON r.id = y.runner_id
		WHERE y.year = $2 AND y.races > 0 AND ` + visible + `
		ORDER BY y.races DESC, r.search_key, r.id
		LIMIT $1`
	args := []any{limit, year}
	if year == 0 {
		query = `
			SELECT r.id AS runner_id, r.name AS runner, r.sex, s.races
			FROM runner_summaries s
			JOIN runners r ON r.id = s.runner_id
			WHERE s.races > 0 AND ` + visible + `
			ORDER BY s.races DESC, r.search_key, r.id
			LIMIT $1`
		args = args[:1]
	}
	var counts []RaceCount
	if err := db.read.SelectContext(ctx, &counts, query, args...); err != nil {
		return nil, fmt.Errorf("most races: %w", classify(err))
	}
	return counts, nil
}

// Improvement is how much faster a runner's best of a year was than that of the
// year before.
type Improvement struct {
	RunnerID int64           `db:"runner_id"`
	Runner   string          `db:"runner"`
	Sex      club.Sex        `db:"sex"`
	Before   club.FinishTime `db:"before_ms"`
	After    club.FinishTime `db:"after_ms"`
}

// Share is the part of the time before that was won.
func (i Improvement) Share() float64 { return float64(i.Before-i.After) / float64(i.Before) }

// MostImproved are the runners whose best time of a year over a distance was
// faster than that of the year before, those who won the greatest part of it
// first.
func (db *DB) MostImproved(ctx context.Context, distance string, year, limit int) ([]Improvement, error) {
	const query = `
		SELECT g.runner_id, r.name AS runner, r.sex, g.before_ms, g.after_ms
		FROM gains g
		JOIN runners r ON r.id = g.runner_id
		WHERE g.distance = $1 AND g.year = $2 AND ` + visible + `
		ORDER BY g.share DESC, r.search_key, r.id
		LIMIT $3`
	var improved []Improvement
	if err := db.read.SelectContext(ctx, &improved, query, distance, year, limit); err != nil {
		return nil, fmt.Errorf("most improved: %w", classify(err))
	}
	return improved, nil
}

// RacingYears are the first and the last year in which somebody raced, 0 where
// nobody has.
func (db *DB) RacingYears(ctx context.Context) (first, last int, err error) {
	const query = `SELECT COALESCE((SELECT MIN(year) FROM runner_years), 0) AS first, COALESCE((SELECT MAX(year) FROM runner_years), 0) AS last`
	var years struct{ First, Last int }
	if err := db.read.GetContext(ctx, &years, query); err != nil {
		return 0, 0, fmt.Errorf("racing years: %w", classify(err))
	}
	return years.First, years.Last, nil
}
