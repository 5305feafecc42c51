package queries

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// RunnerHit is a runner as a list shows one: with what tells namesakes
// apart.
type RunnerHit struct {
	ID         int64     `db:"id"`
	Name       string    `db:"name"`
	SearchKey  string    `db:"search_key"`
	Sex        club.Sex  `db:"sex"`
	Races      int       `db:"races"`
	LastRaceOn club.Date `db:"last_race_on"`
	Category   string    `db:"category"`
	Club       string    `db:"club"`
}

const hitColumns = `r.id, r.name, r.search_key, r.sex, s.races, s.last_race_on, s.category, s.club`

// Runners lists visible runners by name, limit of them from offset on, and
// reports whether there are more.
func (db *DB) Runners(ctx context.Context, offset, limit int) ([]RunnerHit, bool, error) {
	const query = `
		SELECT ` + hitColumns + `
		FROM runners r
		JOIN runner_summaries s ON s.runner_id = r.id
		WHERE ` + visible + `
		ORDER BY r.search_key, r.id
		LIMIT $1 OFFSET $2`
	var hits []RunnerHit
	if err := db.read.SelectContext(ctx, &hits, query, limit+1, offset); err != nil {
		return nil, false, fmt.Errorf("list runners: %w", classify(err))
	}
	return hits[:min(limit, len(hits))], len(hits) > limit, nil
}

// Runner is one visible runner. Hidden ones are ErrNotFound, as unknown ones
// are.
func (db *DB) Runner(ctx context.Context, id int64) (club.Runner, error) {
	runner, err := db.AnyRunner(ctx, id)
	if err == nil && runner.Hidden {
		return club.Runner{}, fmt.Errorf("runner %d: %w", id, ErrNotFound)
	}
	return runner, err
}

// AnyRunner is one runner, hidden or not.
func (db *DB) AnyRunner(ctx context.Context, id int64) (club.Runner, error) {
	runner, err := runnerIn(ctx, db.read, id)
	if err != nil {
		return club.Runner{}, fmt.Errorf("runner %d: %w", id, classify(err))
	}
	return runner, nil
}

func runnerIn(ctx context.Context, q sqlx.QueryerContext, id int64) (club.Runner, error) {
	const query = `SELECT id, name, sex, birth_date, licence, visibility, hidden_for, hidden, version FROM runners WHERE id = $1`
	const aliases = `SELECT name FROM runner_aliases WHERE runner_id = $1 ORDER BY name LIMIT 100`
	var runner club.Runner
	if err := sqlx.GetContext(ctx, q, &runner, query, id); err != nil {
		return club.Runner{}, err
	}
	return runner, sqlx.SelectContext(ctx, q, &runner.Aliases, aliases, id)
}

// RunnersNamed are the visible runners whose name folds to the same as name,
// those with most races first.
func (db *DB) RunnersNamed(ctx context.Context, name string) ([]RunnerHit, error) {
	const query = `
		SELECT ` + hitColumns + `
		FROM runners r
		JOIN runner_summaries s ON s.runner_id = r.id
		WHERE r.search_key = $1 AND ` + visible + `
		ORDER BY s.races DESC, r.id
		LIMIT 100`
	var hits []RunnerHit
	if err := db.read.SelectContext(ctx, &hits, query, club.Fold(name)); err != nil {
		return nil, fmt.Errorf("runners named %q: %w", name, classify(err))
	}
	return hits, nil
}

// CountRunners is the number of visible runners.
func (db *DB) CountRunners(ctx context.Context) (int, error) {
	const query = `SELECT COUNT(*) FROM runners r WHERE ` + visible
	var count int
	if err := db.read.GetContext(ctx, &count, query); err != nil {
		return 0, fmt.Errorf("count runners: %w", classify(err))
	}
	return count, nil
}
