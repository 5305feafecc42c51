package queries

import (
	"context"
	"fmt"

	"runnerdb/club"
)

// Oddity is a result that looks wrong, with its race.
type Oddity struct {
	Result KeptResult `db:"result"`
	Race   club.Race  `db:"race"`
}

// maxOddities bounds what is listed for each length and reason.
const maxOddities = 50

const oddColumns = `
	SELECT t.id AS "result.id", t.runner_id AS "result.runner_id", t.race_id AS "result.race_id", t.status AS "result.status",
		t.net_ms AS "result.net_ms", t.gun_ms AS "result.gun_ms", t.version AS "result.version", r.name AS "result.runner",
		c.id AS "race.id", s.name AS "race.name", c.held_on AS "race.held_on", c.metres AS "race.metres"
	FROM results t
	JOIN runners r ON r.id = t.runner_id
	JOIN races c ON c.id = t.race_id
	JOIN series s ON s.id = c.series_id`

// ImplausibleResults are those with a time that club.Doubt doubts.
func (db *DB) ImplausibleResults(ctx context.Context) ([]Oddity, error) {
	const lengths = `SELECT DISTINCT metres FROM races ORDER BY metres LIMIT 500`
	const query = oddColumns + `
		WHERE c.metres = $1 AND t.status = 'finished' AND (COALESCE(t.net_ms, t.gun_ms) < $2 OR COALESCE(t.net_ms, t.gun_ms) > $3)
		ORDER BY c.held_on DESC, t.id
		LIMIT $4`
	var all []club.Metres
	if err := db.read.SelectContext(ctx, &all, lengths); err != nil {
		return nil, fmt.Errorf("implausible results: %w", classify(err))
	}
	var found []Oddity
	for _, length := range all {
		fastest, slowest := club.Plausible(length)
		var odd []Oddity
		if err := db.read.SelectContext(ctx, &odd, query, length, fastest, slowest, maxOddities); err != nil {
			return nil, fmt.Errorf("implausible results: %w", classify(err))
		}
		found = append(found, odd...)
	}
	return found, nil
}

// ResultsOnOneDay are those of runners who finished two races on a day.
func (db *DB) ResultsOnOneDay(ctx context.Context) ([]Oddity, error) {
	const query = oddColumns + `
		WHERE t.status = 'finished' AND EXISTS (
			SELECT 1 FROM results o JOIN races d ON d.id = o.race_id
			WHERE o.runner_id = t.runner_id AND o.id <> t.id AND o.status = 'finished' AND d.held_on = c.held_on)
		ORDER BY c.held_on DESC, t.runner_id, t.id
		LIMIT $1`
	var odd []Oddity
	if err := db.read.SelectContext(ctx, &odd, query, 2*maxOddities); err != nil {
		return nil, fmt.Errorf("results on one day: %w", classify(err))
	}
	return odd, nil
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
