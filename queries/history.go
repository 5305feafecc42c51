package queries

import (
	"context"
	"fmt"

	"runnerdb/club"
)

// maxRacesOfDistance bounds the races over one distance: three a week for
// six hundred years.
const maxRacesOfDistance = 100_000

// RacesBetween are all races of these lengths that are not short courses, in
// date order.
func (db *DB) RacesBetween(ctx context.Context, shortest, longest club.Metres) ([]club.Race, error) {
	const query = `
		SELECT ` + raceColumns + `
		FROM races c
		JOIN series s ON s.id = c.series_id
		WHERE c.metres BETWEEN $1 AND $2 AND NOT c.short_course
		ORDER BY c.held_on, c.id
		LIMIT $3`
	var races []club.Race
	if err := db.read.SelectContext(ctx, &races, query, shortest, longest, maxRacesOfDistance); err != nil {
		return nil, fmt.Errorf("races of %s to %s: %w", shortest, longest, classify(err))
	}
	return races, nil
}

// Finish is one finished race that counts for predictions, with what
// forecasts of a whole club need to know of the runner.
type Finish struct {
	RunnerID  int64           `db:"runner_id"`
	Net       club.FinishTime `db:"net_ms"`
	Gun       club.FinishTime `db:"gun_ms"`
	Sex       club.Sex        `db:"sex"`
	BirthDate club.Date       `db:"birth_date"`
}

// maxFinishesOfRace bounds one race; the largest ever had some 80,000.
const maxFinishesOfRace = 1_000_000

// Finishes are those of one race, in the order of the runners' ids.
func (db *DB) Finishes(ctx context.Context, raceID int64) ([]Finish, error) {
	const query = `
		SELECT t.runner_id, t.net_ms, t.gun_ms, r.sex, r.birth_date
		FROM results t
		JOIN runners r ON r.id = t.runner_id
		WHERE t.race_id = $1 AND t.status = 'finished' AND t.counts
		ORDER BY t.runner_id
		LIMIT $2`
	var finishes []Finish
	if err := db.read.SelectContext(ctx, &finishes, query, raceID, maxFinishesOfRace); err != nil {
		return nil, fmt.Errorf("finishes of race %d: %w", raceID, classify(err))
	}
	return finishes, nil
}
