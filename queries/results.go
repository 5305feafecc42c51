package queries

import (
	"context"
	"fmt"

	"runnerdb/club"
)

// maxResultsOfRunner bounds what one page shows; nobody runs more races.
const maxResultsOfRunner = 5000

// Performances are a runner's results, newest first.
func (db *DB) Performances(ctx context.Context, runnerID int64) ([]club.Performance, error) {
	const query = `
		SELECT
			t.id AS "result.id", t.runner_id AS "result.runner_id", t.race_id AS "result.race_id",
			t.status AS "result.status", t.net_ms AS "result.net_ms", t.gun_ms AS "result.gun_ms",
			t.position AS "result.position", t.category AS "result.category",
			t.category_position AS "result.category_position", t.club AS "result.club",
			t.counts AS "result.counts", t.version AS "result.version",
			c.id AS "race.id", c.series_id AS "race.series_id", s.name AS "race.name",
			c.held_on AS "race.held_on", c.metres AS "race.metres",
			c.short_course AS "race.short_course", c.version AS "race.version"
		FROM results t
		JOIN races c ON c.id = t.race_id
		JOIN series s ON s.id = c.series_id
		WHERE t.runner_id = $1
		ORDER BY c.held_on DESC, c.id DESC
		LIMIT $2`
	var performances []club.Performance
	if err := db.read.SelectContext(ctx, &performances, query, runnerID, maxResultsOfRunner); err != nil {
		return nil, fmt.Errorf("results of runner %d: %w", runnerID, classify(err))
	}
	return performances, nil
}
