package queries

import (
	"context"
	"fmt"

	"runnerdb/club"
)

// maxOddities bounds what is listed for each reason.
const maxOddities = 100

// ImplausibleResults are those with a time that club.Doubt doubts, the last
// first.
func (db *DB) ImplausibleResults(ctx context.Context) ([]RacedResult, error) {
	results, _, _, err := db.KeptResultsOf(ctx, ResultFilter{Doubtful: true, Limit: maxOddities})
	return results, err
}

// Bounds of the look at careers: new mistakes come with new results.
const newestResults, maxInCareers = 20_000, 200_000

// CareerResult is a result with what is known of the runner's age.
type CareerResult struct {
	RacedResult
	BirthDate club.Date `db:"birth_date"`
}

// NewestCareers are all results of the runners with the newest results: runner
// after runner, each by date.
func (db *DB) NewestCareers(ctx context.Context) ([]CareerResult, error) {
	const query = `
		SELECT ` + racedColumns + `, r.birth_date
		FROM results t
		JOIN runners r ON r.id = t.runner_id
		JOIN races c ON c.id = t.race_id
		JOIN series s ON s.id = c.series_id
		WHERE t.runner_id IN (SELECT n.runner_id FROM (SELECT runner_id FROM results ORDER BY id DESC LIMIT $1) AS n)
		ORDER BY t.runner_id, c.held_on, t.id
		LIMIT $2`
	var results []CareerResult
	if err := db.read.SelectContext(ctx, &results, query, newestResults, maxInCareers); err != nil {
		return nil, fmt.Errorf("newest careers: %w", classify(err))
	}
	return results, nil
}

// Counts is how many rows the tables that people know have.
type Counts struct{ Runners, Races, Results, Users int }

// Counts counts what the database holds.
func (db *DB) Counts(ctx context.Context) (Counts, error) {
	const query = `
		SELECT
			(SELECT COUNT(*) FROM runners) AS runners,
			(SELECT COUNT(*) FROM races) AS races,
			(SELECT COUNT(*) FROM results) AS results,
			(SELECT COUNT(*) FROM users) AS users`
	var counts Counts
	if err := db.read.GetContext(ctx, &counts, query); err != nil {
		return Counts{}, fmt.Errorf("count records: %w", classify(err))
	}
	return counts, nil
}
