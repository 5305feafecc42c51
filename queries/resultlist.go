package queries

import (
	"context"
	"fmt"

	"runnerdb/club"
)

// KeptResult is a result as those see one who keep it, hidden runners' too.
type KeptResult struct {
	club.Result
	Runner string   `db:"runner"`
	Sex    club.Sex `db:"sex"`
	Hidden bool     `db:"hidden"`
	Erased bool     `db:"erased"`
}

const keptResultColumns = resultColumns + `, r.name AS runner, r.sex, r.hidden, r.visibility = 'erased' AS erased`

// KeptResults are the results of a race: who finished in the order of time,
// then the others.
func (db *DB) KeptResults(ctx context.Context, raceID int64, offset, limit int) ([]KeptResult, bool, error) {
	const query = `
		SELECT ` + keptResultColumns + `
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
	const query = `SELECT ` + keptResultColumns + ` FROM results t JOIN runners r ON r.id = t.runner_id WHERE t.id = $1`
	var result KeptResult
	if err := db.read.GetContext(ctx, &result, query, id); err != nil {
		return KeptResult{}, fmt.Errorf("result %d: %w", id, classify(err))
	}
	return result, nil
}

// RacedResult is a result with its race.
type RacedResult struct {
	Result KeptResult `db:"result"`
	Race   club.Race  `db:"race"`
}

const racedColumns = `
	t.id AS "result.id", t.runner_id AS "result.runner_id", t.race_id AS "result.race_id", t.status AS "result.status",
	t.net_ms AS "result.net_ms", t.gun_ms AS "result.gun_ms", t.position AS "result.position", t.category AS "result.category",
	t.category_position AS "result.category_position", t.club AS "result.club", t.counts AS "result.counts", t.version AS "result.version", r.name AS "result.runner",
	r.sex AS "result.sex", r.hidden AS "result.hidden", r.visibility = 'erased' AS "result.erased",
	c.id AS "race.id", c.series_id AS "race.series_id", s.name AS "race.name", c.held_on AS "race.held_on",
	c.metres AS "race.metres", c.short_course AS "race.short_course", c.version AS "race.version"`
