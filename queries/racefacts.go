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

// RaceFacts reads those of a race, all in one pass over its results; the
// spellings are those of the club.
func (db *DB) RaceFacts(ctx context.Context, raceID int64, spellings []string) (RaceFacts, error) {
	facts, err := db.countRace(ctx, raceID, spellings)
	if err == nil {
		err = db.readMedian(ctx, raceID, &facts)
	}
	if err != nil {
		return RaceFacts{}, fmt.Errorf("facts of race %d: %w", raceID, classify(err))
	}
	return facts, nil
}

func (db *DB) countRace(ctx context.Context, raceID int64, spellings []string) (facts RaceFacts, err error) {
	names := []string{""}
	for _, spelling := range spellings {
		names = append(names, strings.ToLower(strings.TrimSpace(spelling)))
	}
	query, args, err := sqlx.In(`
		WITH e AS MATERIALIZED (
			SELECT CASE WHEN t.status = 'finished' THEN COALESCE(t.net_ms, t.gun_ms) / 60000 END AS minute, t.category, t.club,
				`+visible+` AS seen, CASE WHEN LOWER(TRIM(t.club)) IN (?) AND `+visible+` THEN 1 ELSE 0 END AS own
			FROM results t
			JOIN runners r ON r.id = t.runner_id
			WHERE t.race_id = ?)
		SELECT 1 AS kind, minute, '' AS word, COUNT(*) AS finishers, SUM(own) AS own FROM e WHERE minute IS NOT NULL GROUP BY minute
		UNION ALL SELECT 2, 0, category, COUNT(*), 0 FROM e WHERE seen AND category <> '' GROUP BY category
		UNION ALL SELECT 3, 0, club, COUNT(*), 0 FROM e WHERE seen AND club <> '' GROUP BY club
		ORDER BY kind, minute, finishers DESC, word
		LIMIT 30000`, names, raceID)
	if err != nil {
		return facts, err
	}
	var rows []struct {
		Kind int
		Word string
		MinuteCount
	}
	if err := db.read.SelectContext(ctx, &rows, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return facts, err
	}
	for _, row := range rows {
		switch row.Kind {
		case 1:
			facts.Minutes = append(facts.Minutes, row.MinuteCount)
			facts.Finished += row.Finishers
			facts.Own += row.Own
		case 2:
			facts.Categories = append(facts.Categories, row.Word)
		case 3:
			facts.Clubs = append(facts.Clubs, row.Word)
		}
	}
	facts.Categories, facts.Clubs = facts.Categories[:min(offered, len(facts.Categories))], facts.Clubs[:min(offered, len(facts.Clubs))]
	return facts, nil
}

// readMedian looks for the middle finisher within the minute; of an even number
// the first of the two.
func (db *DB) readMedian(ctx context.Context, raceID int64, facts *RaceFacts) error {
	const query = `
		SELECT COALESCE(t.net_ms, t.gun_ms)
		FROM results t
		WHERE t.race_id = $1 AND t.status = 'finished' AND COALESCE(t.net_ms, t.gun_ms) BETWEEN $2 AND $3
		ORDER BY 1
		LIMIT 1 OFFSET $4`
	before, middle := 0, (facts.Finished-1)/2
	for _, m := range facts.Minutes {
		if before+m.Finishers > middle {
			first := int64(m.Minute) * 60_000
			return db.read.GetContext(ctx, &facts.Median, query, raceID, first, first+59_999, middle-before)
		}
		before += m.Finishers
	}
	return nil
}
