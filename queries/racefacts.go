package queries

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// EntrantFilter chooses the entrants of a race; empty fields choose all. Only
// who may be seen under a name is chosen by what is known of a person.
type EntrantFilter struct {
	Sex            club.Sex
	Category, Club string
}

// RaceFacts are what the results of a race say together, those of hidden
// runners too, but for the choices and the club: it would tell theirs.
type RaceFacts struct {
	// Finished is how many finished, and Own how many of them for the club.
	Finished, Own int
	Median        club.FinishTime
	// Minutes count the finishers by full minutes, in order.
	Minutes []MinuteCount
	// Categories and Clubs are those that results are printed with.
	Categories, Clubs []string
}

// MinuteCount is how many finished within a minute, and how many of them for
// the club.
type MinuteCount struct {
	Minute    int `db:"minute"`
	Finishers int `db:"finishers"`
	Own       int `db:"own"`
}

// offered bounds how many categories and clubs there are to choose from.
const offered = 100

// RaceFacts reads those of a race; the spellings are those of the club.
func (db *DB) RaceFacts(ctx context.Context, raceID int64, spellings []string) (RaceFacts, error) {
	var facts RaceFacts
	err := db.readMinutes(ctx, raceID, spellings, &facts)
	for _, choice := range []struct {
		column string
		into   *[]string
	}{{"category", &facts.Categories}, {"club", &facts.Clubs}} {
		query := `
			SELECT t.` + choice.column + `
			FROM results t
			JOIN runners r ON r.id = t.runner_id
			WHERE t.race_id = $1 AND t.` + choice.column + ` <> '' AND ` + visible + `
			GROUP BY t.` + choice.column + `
			ORDER BY COUNT(*) DESC, t.` + choice.column + `
			LIMIT $2`
		if err == nil {
			err = db.read.SelectContext(ctx, choice.into, query, raceID, offered)
		}
	}
	if err != nil {
		return RaceFacts{}, fmt.Errorf("facts of race %d: %w", raceID, classify(err))
	}
	return facts, nil
}

func (db *DB) readMinutes(ctx context.Context, raceID int64, spellings []string, facts *RaceFacts) error {
	names := []string{""}
	for _, spelling := range spellings {
		names = append(names, strings.ToLower(strings.TrimSpace(spelling)))
	}
	query, args, err := sqlx.In(`
		SELECT COALESCE(t.net_ms, t.gun_ms) / 60000 AS minute, COUNT(*) AS finishers,
			SUM(CASE WHEN LOWER(TRIM(t.club)) IN (?) AND `+visible+` THEN 1 ELSE 0 END) AS own
		FROM results t
		JOIN runners r ON r.id = t.runner_id
		WHERE t.race_id = ? AND t.status = 'finished'
		GROUP BY 1
		ORDER BY 1
		LIMIT 10000`, names, raceID)
	if err != nil {
		return err
	}
	if err := db.read.SelectContext(ctx, &facts.Minutes, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return err
	}
	for _, m := range facts.Minutes {
		facts.Finished += m.Finishers
		facts.Own += m.Own
	}
	return db.readMedian(ctx, raceID, facts)
}

// readMedian looks for the middle finisher within the minute; of an even number
// the first of the two.
func (db *DB) readMedian(ctx context.Context, raceID int64, facts *RaceFacts) error {
	const query = `
		SELECT COALESCE(t.net_ms, t.gun_ms)
		FROM results t
		WHERE t.race_id = $1 AND t.status = 'finished' AND COALESCE(t.net_ms, t.gun_ms) / 60000 = $2
		ORDER BY 1
		LIMIT 1 OFFSET $3`
	before, middle := 0, (facts.Finished-1)/2
	for _, m := range facts.Minutes {
		if before+m.Finishers > middle {
			return db.read.GetContext(ctx, &facts.Median, query, raceID, m.Minute, middle-before)
		}
		before += m.Finishers
	}
	return nil
}
