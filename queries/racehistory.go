package queries

import (
	"context"
	"fmt"

	"runnerdb/club"
)

// Starter is somebody with a name who finished a race, and what they had run
// before over lengths like it.
type Starter struct {
	Runner  club.Runner
	Result  club.Result
	Earlier []club.Performance
}

// Starters are the first to finish a race of those who may be seen, limit of
// them, with their earlier finishes over lengths from shortest to longest.
func (db *DB) Starters(ctx context.Context, race club.Race, shortest, longest club.Metres, limit int) ([]Starter, error) {
	const first = `
		SELECT t.id
		FROM results t
		JOIN runners r ON r.id = t.runner_id
		WHERE t.race_id = $1 AND t.status = 'finished' AND ` + visible + `
		ORDER BY COALESCE(t.net_ms, t.gun_ms), t.id
		LIMIT $2`
	const query = `
		SELECT r.id AS "runner.id", r.name AS "runner.name", r.sex AS "runner.sex", r.birth_date AS "runner.birth_date",
			t.net_ms AS now_net, t.gun_ms AS now_gun, t.id AS now_id,
			e.id AS "result.id", e.status AS "result.status", e.net_ms AS "result.net_ms", e.gun_ms AS "result.gun_ms",
			e.counts AS "result.counts", c.id AS "race.id", c.series_id AS "race.series_id", c.held_on AS "race.held_on",
			c.metres AS "race.metres", c.short_course AS "race.short_course"
		FROM (` + first + `) AS f
		JOIN results t ON t.id = f.id
		JOIN runners r ON r.id = t.runner_id
		JOIN results e ON e.runner_id = t.runner_id AND e.status = 'finished'
		JOIN races c ON c.id = e.race_id AND c.held_on < $3 AND c.metres BETWEEN $4 AND $5
		ORDER BY COALESCE(t.net_ms, t.gun_ms), t.id, c.held_on DESC, c.id DESC
		LIMIT 20000`
	var rows []struct {
		Runner club.Runner     `db:"runner"`
		NowNet club.FinishTime `db:"now_net"`
		NowGun club.FinishTime `db:"now_gun"`
		NowID  int64           `db:"now_id"`
		club.Performance
	}
	if err := db.read.SelectContext(ctx, &rows, query, race.ID, limit, race.HeldOn, shortest, longest); err != nil {
		return nil, fmt.Errorf("starters of race %d: %w", race.ID, classify(err))
	}
	var starters []Starter
	for _, row := range rows {
		if n := len(starters); n == 0 || starters[n-1].Result.ID != row.NowID {
			now := club.Result{ID: row.NowID, RunnerID: row.Runner.ID, RaceID: race.ID, Status: club.Finished, Net: row.NowNet, Gun: row.NowGun}
			starters = append(starters, Starter{Runner: row.Runner, Result: now})
		}
		last := &starters[len(starters)-1]
		last.Earlier = append(last.Earlier, row.Performance)
	}
	return starters, nil
}
