package queries

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// between chooses runners, in what is derived of some.
const between = `BETWEEN $1 AND $2`

// derivations write anew what is derived from the results of some runners.
var derivations = []string{
	summaries,
	`DELETE FROM runner_years WHERE runner_id BETWEEN $1 AND $2`, years,
	`DELETE FROM marks WHERE runner_id BETWEEN $1 AND $2`, marks,
	`DELETE FROM gains WHERE runner_id BETWEEN $1 AND $2`, gains,
}

// summarise writes anew what is derived from the results of the runners first
// to last: whether they are public, too.
func summarise(ctx context.Context, tx *sqlx.Tx, first, last int64) error {
	for _, statement := range derivations {
		if _, err := tx.ExecContext(ctx, statement, first, last); err != nil {
			return fmt.Errorf("summarise runners %d to %d: %w", first, last, err)
		}
	}
	return settleVisibility(ctx, tx, `r.id BETWEEN ? AND ?`, first, last)
}

// summariseThese is summarise for runners of any numbers.
func summariseThese(ctx context.Context, tx *sqlx.Tx, ids []int64) error {
	for chunk := range slices.Chunk(ids, maxParameters) {
		for _, statement := range derivations {
			lists := slices.Repeat([]any{chunk}, strings.Count(statement, between))
			query, args, err := sqlx.In(strings.ReplaceAll(statement, between, `IN (?)`), lists...)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
				return fmt.Errorf("summarise %d runners: %w", len(chunk), err)
			}
		}
		where, args, err := sqlx.In(`r.id IN (?)`, chunk)
		if err != nil {
			return err
		}
		if err := settleVisibility(ctx, tx, where, args...); err != nil {
			return err
		}
	}
	return nil
}

// summaries are what lists show of runners. A race that was not started is
// none.
const summaries = `
	INSERT INTO runner_summaries (runner_id, races, last_race_on, category, club)
	SELECT r.id,
		(SELECT COUNT(*) FROM results t WHERE t.runner_id = r.id AND t.status <> 'DNS'),
		(SELECT MAX(c.held_on) FROM results t JOIN races c ON c.id = t.race_id
			WHERE t.runner_id = r.id AND t.status <> 'DNS'),
		COALESCE((SELECT t.category FROM results t JOIN races c ON c.id = t.race_id
			WHERE t.runner_id = r.id ORDER BY c.held_on DESC, c.id DESC LIMIT 1), ''),
		COALESCE((SELECT t.club FROM results t JOIN races c ON c.id = t.race_id
			WHERE t.runner_id = r.id ORDER BY c.held_on DESC, c.id DESC LIMIT 1), '')
	FROM runners r
	WHERE r.id BETWEEN $1 AND $2
	ON CONFLICT (runner_id) DO UPDATE SET
		races = excluded.races, last_race_on = excluded.last_race_on,
		category = excluded.category, club = excluded.club`

// The parts of dates, which are text or dates that print as text does.
const (
	yearHeld = `CAST(SUBSTR(CAST(c.held_on AS TEXT), 1, 4) AS INTEGER)`
	yearBorn = `CAST(SUBSTR(CAST(r.birth_date AS TEXT), 1, 4) AS INTEGER)`
	ageHeld  = `(` + yearHeld + ` - ` + yearBorn + ` - CASE WHEN SUBSTR(CAST(c.held_on AS TEXT), 6) < SUBSTR(CAST(r.birth_date AS TEXT), 6)
		THEN 1 ELSE 0 END)`
)

// years count the races of each year.
const years = `
	INSERT INTO runner_years (runner_id, year, races)
	SELECT t.runner_id, ` + yearHeld + ` AS year, COUNT(*)
	FROM results t
	JOIN races c ON c.id = t.race_id
	WHERE t.runner_id BETWEEN $1 AND $2 AND t.status <> 'DNS'
	GROUP BY t.runner_id, year`

// marks are the finishes that rank, each in its category: by age as
// club.Category has it, or as printed where the birth date is unknown.
var marks = `
	INSERT INTO marks (result_id, runner_id, series_id, distance, sex, category, year, held_on, ms, own)
	SELECT t.id, t.runner_id, c.series_id, ` + distanceOfRace() + `, r.sex,
		CASE
			WHEN r.birth_date IS NULL THEN CASE WHEN t.category IN ('` + strings.Join(club.Categories, "', '") + `') THEN t.category ELSE '' END
			WHEN ` + yearHeld + ` - ` + yearBorn + ` <= 19 THEN 'Junior'
			WHEN ` + ageHeld + ` < 40 THEN 'Senior'
			WHEN ` + ageHeld + ` < 50 THEN '40-49'
			WHEN ` + ageHeld + ` < 60 THEN '50-59'
			WHEN ` + ageHeld + ` < 70 THEN '60-69'
			ELSE '70+'
		END,
		` + yearHeld + `, c.held_on, COALESCE(t.net_ms, t.gun_ms), ` + ownResult + `
	FROM results t
	JOIN races c ON c.id = t.race_id
	JOIN runners r ON r.id = t.runner_id
	WHERE t.runner_id BETWEEN $1 AND $2 AND t.status = 'finished' AND NOT c.short_course`

// gains are by how much runners' bests were faster than those of the year before.
// They are found in one pass: PostgreSQL, which does not know yet how many marks
// there are, would compare each with each if they were joined.
const gains = `
	INSERT INTO gains (runner_id, distance, year, before_ms, after_ms, share)
	SELECT runner_id, distance, year, before_ms, ms, 1.0 * (before_ms - ms) / before_ms
	FROM (SELECT runner_id, distance, year, MIN(ms) AS ms,
			LAG(MIN(ms)) OVER (PARTITION BY runner_id, distance ORDER BY year) AS before_ms,
			LAG(year) OVER (PARTITION BY runner_id, distance ORDER BY year) AS before_year
		FROM marks
		WHERE runner_id BETWEEN $1 AND $2 AND own
		GROUP BY runner_id, distance, year) AS bests
	WHERE before_year = year - 1 AND ms < before_ms`

// ownResult tells whether a result was run for the club: it is printed with it
// or with none, or nobody has said yet how the club is spelt.
const ownResult = `(TRIM(t.club) = '' OR LOWER(TRIM(t.club)) IN (SELECT name FROM club_spellings)
	OR NOT EXISTS (SELECT 1 FROM club_spellings))`

// distanceOfRace is the key of the standard distance, or the metres.
func distanceOfRace() string {
	var b strings.Builder
	b.WriteString("CASE")
	for _, d := range club.Distances {
		fmt.Fprintf(&b, " WHEN c.metres BETWEEN %d AND %d THEN '%s'", d.Shortest, d.Longest, d.Key)
	}
	b.WriteString(" ELSE CAST(c.metres AS TEXT) END")
	return b.String()
}
