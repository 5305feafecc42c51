package queries

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
	"runnerdb/search"
)

// FoundRace is a race that a search finds, and how. Terms are the typed words
// that its name was found by, for search.Mark.
type FoundRace struct {
	club.Race
	Terms []string
	Match search.Match
}

const raceColumns = `c.id, c.series_id, s.name, c.held_on, c.metres, c.short_course, c.version`

// maxSeriesFound bounds the series whose races are looked at.
const maxSeriesFound = 20

// SearchRaces finds races by the words of their names and a year, in any
// order: all of that year, or the last of each series; of a series that is
// the only one found, the last ones.
func (db *DB) SearchRaces(ctx context.Context, query string, limit int) ([]FoundRace, error) {
	found, err := db.searchRaces(ctx, query, limit)
	if err != nil {
		return nil, fmt.Errorf("search races: %w", classify(err))
	}
	return found, nil
}

func (db *DB) searchRaces(ctx context.Context, query string, limit int) ([]FoundRace, error) {
	names, err := db.currentNames(ctx)
	if err != nil {
		return nil, err
	}
	words, year := splitYear(search.Terms(query))
	if len(words) == 0 && year != 0 {
		return db.racesInYear(ctx, year, limit)
	}
	hits, _ := names.series.Search(strings.Join(words, " "), maxSeriesFound)
	if len(hits) == 0 && len(words) > 1 && beginsYear(words[len(words)-1]) {
		hits, _ = names.series.Search(strings.Join(words[:len(words)-1], " "), maxSeriesFound)
	}
	if len(hits) == 0 {
		return nil, nil
	}
	races, err := db.racesOf(ctx, hits, year)
	if err != nil {
		return nil, err
	}
	var found []FoundRace
	for _, hit := range hits {
		ofSeries := races[hit.ID]
		if year == 0 && len(hits) > 1 {
			ofSeries = ofSeries[:min(1, len(ofSeries))]
		}
		for _, race := range ofSeries {
			found = append(found, FoundRace{race, hit.Terms, hit.Match})
		}
	}
	return found[:min(limit, len(found))], nil
}

// racesOf are the races of some series, the newest first; those of one year
// where that is not 0.
func (db *DB) racesOf(ctx context.Context, hits []search.Hit, year int) (map[int64][]club.Race, error) {
	ids := make([]int64, len(hits))
	for i, hit := range hits {
		ids[i] = hit.ID
	}
	first, last := firstDay(firstYear), lastDay(lastYear)
	if year != 0 {
		first, last = firstDay(year), lastDay(year)
	}
	query, args, err := sqlx.In(`
		SELECT `+raceColumns+`
		FROM races c
		JOIN series s ON s.id = c.series_id
		WHERE c.series_id IN (?) AND c.held_on BETWEEN ? AND ?
		ORDER BY c.held_on DESC, c.metres DESC, c.id
		LIMIT 1000`,
		ids, first, last)
	if err != nil {
		return nil, err
	}
	var rows []club.Race
	if err := db.read.SelectContext(ctx, &rows, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return nil, err
	}
	races := map[int64][]club.Race{}
	for _, race := range rows {
		races[race.SeriesID] = append(races[race.SeriesID], race)
	}
	return races, nil
}

// racesInYear are the races of a year, those of the series that have been held
// most often first.
func (db *DB) racesInYear(ctx context.Context, year, limit int) ([]FoundRace, error) {
	const query = `
		SELECT ` + raceColumns + `
		FROM races c
		JOIN series s ON s.id = c.series_id
		WHERE c.held_on BETWEEN $1 AND $2
		ORDER BY (SELECT COUNT(*) FROM races e WHERE e.series_id = c.series_id) DESC, c.metres DESC, c.held_on DESC, c.id
		LIMIT $3`
	var found []FoundRace
	err := db.read.SelectContext(ctx, &found, query, firstDay(year), lastDay(year), limit)
	return found, err
}

func firstDay(year int) club.Date { return club.Date{Year: year, Month: time.January, Day: 1} }

func lastDay(year int) club.Date { return club.Date{Year: year, Month: time.December, Day: 31} }

// The years that a number of four digits is read as.
const firstYear, lastYear = 1890, 2199

// splitYear takes a year out of what was typed; 0 where there is none.
func splitYear(terms []string) (words []string, year int) {
	at := slices.IndexFunc(terms, func(term string) bool {
		n, err := strconv.Atoi(term)
		return err == nil && len(term) == 4 && firstYear <= n && n <= lastYear
	})
	if at < 0 {
		return terms, 0
	}
	year, _ = strconv.Atoi(terms[at])
	return slices.Delete(slices.Clone(terms), at, at+1), year
}

// beginsYear reports whether somebody may be typing a year.
func beginsYear(term string) bool {
	_, err := strconv.Atoi(term)
	begins := func(century string) bool {
		return strings.HasPrefix(term, century) || strings.HasPrefix(century, term)
	}
	return err == nil && len(term) < 4 && (begins("19") || begins("20"))
}

// Race is one race.
func (db *DB) Race(ctx context.Context, id int64) (club.Race, error) {
	race, err := raceIn(ctx, db.read, id)
	if err != nil {
		return club.Race{}, fmt.Errorf("race %d: %w", id, classify(err))
	}
	return race, nil
}

func raceIn(ctx context.Context, q sqlx.QueryerContext, id int64) (club.Race, error) {
	const query = `SELECT ` + raceColumns + ` FROM races c JOIN series s ON s.id = c.series_id WHERE c.id = $1`
	var race club.Race
	err := sqlx.GetContext(ctx, q, &race, query, id)
	return race, err
}

// RacesInSeries are the races of a series, the newest first.
func (db *DB) RacesInSeries(ctx context.Context, seriesID int64) ([]club.Race, error) {
	const query = `
		SELECT ` + raceColumns + `
		FROM races c
		JOIN series s ON s.id = c.series_id
		WHERE c.series_id = $1
		ORDER BY c.held_on DESC, c.metres DESC, c.id
		LIMIT 500`
	var races []club.Race
	if err := db.read.SelectContext(ctx, &races, query, seriesID); err != nil {
		return nil, fmt.Errorf("races in series %d: %w", seriesID, classify(err))
	}
	return races, nil
}

// Entrant is a result in a race with the runner's name. Of a hidden runner there
// is only how the race went: place, time and status, and neither name nor
// number, sex, category nor club.
type Entrant struct {
	club.Result
	Runner string   `db:"runner"`
	Sex    club.Sex `db:"sex"`
	Hidden bool     `db:"hidden"`
}

// entrantColumns are what may be seen of a result t of the runner r.
const entrantColumns = `t.race_id, t.status, t.net_ms, t.gun_ms, t.position, NOT (` + visible + `) AS hidden,
	CASE WHEN ` + visible + ` THEN t.id ELSE 0 END AS id,
	CASE WHEN ` + visible + ` THEN t.runner_id ELSE 0 END AS runner_id,
	CASE WHEN ` + visible + ` THEN t.category ELSE '' END AS category,
	CASE WHEN ` + visible + ` THEN t.category_position ELSE 0 END AS category_position,
	CASE WHEN ` + visible + ` THEN t.club ELSE '' END AS club,
	CASE WHEN ` + visible + ` THEN r.sex ELSE '' END AS sex,
	CASE WHEN ` + visible + ` THEN r.name ELSE $4 END AS runner`

// entrantOrder is that of the index results_in_order.
const entrantOrder = `
	ORDER BY CASE WHEN t.status = 'finished' THEN 0 ELSE 1 END, CASE WHEN t.position = 0 THEN 1 ELSE 0 END, t.position,
		COALESCE(t.net_ms, t.gun_ms), t.status, t.id`

// Entrants are the results of a race that a filter chooses, limit of them from
// offset on: who finished, in the order of places and times, then the others.
// It reports whether there are more.
func (db *DB) Entrants(ctx context.Context, raceID int64, f EntrantFilter, offset, limit int) ([]Entrant, bool, error) {
	// Of all results the index alone finds those of a page: the last page of a
	// large race comes as fast as the first.
	const all = `
		SELECT ` + entrantColumns + `
		FROM (SELECT t.id FROM results t WHERE t.race_id = $1 ` + entrantOrder + ` LIMIT $2 OFFSET $3) p
		JOIN results t ON t.id = p.id
		JOIN runners r ON r.id = t.runner_id ` + entrantOrder
	query, args := all, []any{raceID, limit + 1, offset, club.NameWithheld}
	if f != (EntrantFilter{}) {
		query = `
			SELECT ` + entrantColumns + `
			FROM results t
			JOIN runners r ON r.id = t.runner_id
			WHERE t.race_id = $1 AND ` + visible + f.conditions(&args) + entrantOrder + ` LIMIT $2 OFFSET $3`
	}
	var entrants []Entrant
	if err := db.read.SelectContext(ctx, &entrants, query, args...); err != nil {
		return nil, false, fmt.Errorf("entrants of race %d: %w", raceID, classify(err))
	}
	return entrants[:min(limit, len(entrants))], len(entrants) > limit, nil
}

// conditions are those of what is chosen.
func (f EntrantFilter) conditions(args *[]any) string {
	var where strings.Builder
	for _, choice := range []struct{ column, value string }{{"r.sex", string(f.Sex)}, {"t.category", f.Category}, {"t.club", f.Club}} {
		if choice.value != "" {
			*args = append(*args, choice.value)
			fmt.Fprintf(&where, " AND %s = $%d", choice.column, len(*args))
		}
	}
	return where.String()
}
