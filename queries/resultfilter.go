package queries

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
	"runnerdb/search"
)

// ResultFilter chooses and orders the results of a list for those who keep
// them. The zero value of each field chooses all.
type ResultFilter struct {
	// Query holds words that each begin a word of the runner's name, Race such of
	// the race's.
	Query, Race string
	Year        int
	// Distance is that of the races.
	Distance club.Distance
	Status   club.Status
	// Club is a part of the club's name.
	Club string
	// Doubtful are finishes whose time club.Doubt doubts, NotCounting results
	// that are not used for predictions.
	Doubtful, NotCounting bool
	// Sort is one of resultSorts; any other sorts by date.
	Sort          string
	Offset, Limit int
}

// MaxResultsListed bounds how many results a list counts and leafs through;
// beyond them one filters.
const MaxResultsListed = 10_000

// sorting is an order of results, and the tables as one walks through them in
// that order, past those that walked leaves out.
type sorting struct{ order, tables, walked string }

// timed are results with a time. Who walks through more than one can leaf
// through, by time, does not come to those without.
const (
	untimed = timeOf + ` IS NULL`
	timed   = timeOf + ` IS NOT NULL`

	byResult = `results t CROSS JOIN races c CROSS JOIN runners r CROSS JOIN series s`
	byRace   = `races c CROSS JOIN results t CROSS JOIN runners r CROSS JOIN series s`
	bySeries = `series s CROSS JOIN races c CROSS JOIN results t CROSS JOIN runners r`
	byRunner = `runners r CROSS JOIN results t CROSS JOIN races c CROSS JOIN series s`
)

// resultSorts are the orders of a list of results. CROSS JOIN keeps SQLite to
// the order of the tables; PostgreSQL finds it.
var resultSorts = map[string]sorting{
	"date":     {`c.held_on DESC, c.id DESC, ` + untimed + `, ` + timeOf + `, t.id`, byRace, ``},
	"oldest":   {`c.held_on, c.id, ` + untimed + `, ` + timeOf + `, t.id`, byRace, ``},
	"race":     {`s.name, c.held_on DESC, c.id, ` + untimed + `, ` + timeOf + `, t.id`, bySeries, ``},
	"distance": {`c.metres, c.held_on DESC, c.id DESC, ` + untimed + `, ` + timeOf + `, t.id`, byRace, ``},
	"runner":   {`r.search_key, r.id, t.id DESC`, byRunner, ``},
	"fastest":  {untimed + `, ` + timeOf + `, t.id`, byResult, timed},
	"slowest":  {untimed + `, ` + timeOf + ` DESC, t.id DESC`, byResult, timed},
	"club":     {`t.club, t.id`, byResult, ``},
	"new":      {`t.id DESC`, byResult, ``},
}

// conditions are what a filter asks of each table; args stand in the order of
// races, runners, results.
type conditions struct {
	races, runners, results []string
	args                    struct{ races, runners, results []any }
	none                    bool
}

// KeptResultsOf lists results with their races, and counts what the filter
// lets through, up to MaxResultsListed; more says that there are more.
func (db *DB) KeptResultsOf(ctx context.Context, f ResultFilter) (results []RacedResult, total int, more bool, err error) {
	results, total, more, err = db.keptResultsOf(ctx, f)
	if err != nil {
		return nil, 0, false, fmt.Errorf("list results: %w", classify(err))
	}
	return results, total, more, nil
}

func (db *DB) keptResultsOf(ctx context.Context, f ResultFilter) (results []RacedResult, total int, more bool, err error) {
	cond, err := db.conditionsOf(ctx, f)
	if err != nil || cond.none {
		return nil, 0, false, err
	}
	found, args, err := cond.found()
	if err != nil {
		return nil, 0, false, err
	}
	count := fmt.Sprintf(`SELECT COUNT(*) FROM (%s LIMIT %d) AS found`, found, MaxResultsListed+1)
	if err := db.read.GetContext(ctx, &total, sqlx.Rebind(sqlx.DOLLAR, count), args...); err != nil {
		return nil, 0, false, err
	}
	sort, ok := resultSorts[f.Sort]
	if !ok {
		sort = resultSorts["date"]
	}
	if more = total > MaxResultsListed; more {
		if sort.walked != "" {
			cond.results = append(cond.results, sort.walked)
			sort.order = strings.TrimPrefix(sort.order, untimed+`, `)
		}
		if found, args, err = cond.walked(sort); err != nil {
			return nil, 0, false, err
		}
		found, args, f.Offset = found+` LIMIT ? OFFSET ?`, append(args, f.Limit, f.Offset), 0
	}
	results, err = db.raced(ctx, found, sort.order+` LIMIT ? OFFSET ?`, append(args, f.Limit, f.Offset))
	return results, min(total, MaxResultsListed), more, err
}

// raced are the results whose numbers a query finds.
func (db *DB) raced(ctx context.Context, found, order string, args []any) (results []RacedResult, err error) {
	query := `
		SELECT ` + racedColumns + `
		FROM (` + found + `) AS found
		JOIN results t ON t.id = found.id
		JOIN races c ON c.id = t.race_id
		JOIN runners r ON r.id = t.runner_id
		JOIN series s ON s.id = c.series_id
		ORDER BY ` + order
	err = db.read.SelectContext(ctx, &results, sqlx.Rebind(sqlx.DOLLAR, query), args...)
	return results, err
}

// KeptResultsAfter are as many results that the filter lets through, in the
// order of entry, from the one after a number on: all of them, however many.
func (db *DB) KeptResultsAfter(ctx context.Context, f ResultFilter, after int64, limit int) ([]RacedResult, error) {
	cond, err := db.conditionsOf(ctx, f)
	if err != nil || cond.none {
		return nil, err
	}
	cond.results = append(cond.results, `t.id > ?`)
	cond.args.results = append(cond.args.results, after)
	inOrder := sorting{order: `t.id`, tables: byResult}
	found, args, err := cond.walked(inOrder)
	if err != nil {
		return nil, err
	}
	results, err := db.raced(ctx, found+` LIMIT ?`, inOrder.order, append(args, limit))
	if err != nil {
		return nil, fmt.Errorf("list results after %d: %w", after, classify(err))
	}
	return results, nil
}

// found are the numbers of few results, looked for by what they are.
func (c conditions) found() (string, []any, error) {
	if len(c.runners) > 0 && len(c.races)+len(c.results) == 0 {
		// From runner to runner, and no further than one counts: many may have
		// such a name.
		where := append([]string{"t.runner_id = r.id"}, c.runners...)
		return `SELECT t.id FROM runners r CROSS JOIN results t WHERE ` + strings.Join(where, " AND "), c.args.runners, nil
	}
	where := slices.Concat([]string{"TRUE"}, c.results)
	args := slices.Clone(c.args.results)
	if len(c.races) > 0 {
		where = append(where, `t.race_id IN (SELECT c.id FROM races c WHERE `+strings.Join(c.races, " AND ")+`)`)
		args = append(args, c.args.races...)
	}
	if len(c.runners) > 0 {
		where = append(where, `t.runner_id IN (SELECT r.id FROM runners r WHERE `+strings.Join(c.runners, " AND ")+`)`)
		args = append(args, c.args.runners...)
	}
	return expand(`SELECT t.id FROM results t WHERE `+strings.Join(where, " AND "), args)
}

// walked are the numbers of the many results that one meets on the way through
// some tables. No more than the numbers: SQLite finds the order in the indexes
// then, and sorts nothing.
func (c conditions) walked(sort sorting) (string, []any, error) {
	where := slices.Concat([]string{"t.race_id = c.id", "t.runner_id = r.id", "s.id = c.series_id"}, c.races, c.runners)
	where = append(where, c.results...)
	// Who walks through many looks none up by the club, the series or the length.
	for i := range where {
		where[i] = lookups.Replace(where[i])
	}
	query := `SELECT t.id FROM ` + sort.tables + ` WHERE ` + strings.Join(where, " AND ") + ` ORDER BY ` + sort.order
	return expand(query, slices.Concat(c.args.races, c.args.runners, c.args.results))
}

var lookups = strings.NewReplacer(
	"t.club IN", "(t.club || '') IN", "c.series_id IN", "(c.series_id + 0) IN", "c.metres BETWEEN", "(c.metres + 0) BETWEEN",
)

// expand is sqlx.In for a query that may have no list.
func expand(query string, args []any) (string, []any, error) {
	if len(args) == 0 {
		return query, nil, nil
	}
	return sqlx.In(query, args...)
}

func (db *DB) conditionsOf(ctx context.Context, f ResultFilter) (conditions, error) {
	var c conditions
	if len(search.Terms(f.Query)) > 0 {
		where, args := RunnerFilter{Query: f.Query}.where()
		c.runners, c.args.runners = append(c.runners, where), args
	}
	if err := db.raceConditions(ctx, f, &c); err != nil || c.none {
		return c, err
	}
	if f.Status == club.Finished {
		c.results = append(c.results, `t.status = 'finished'`)
	} else if f.Status != "" {
		// SQLite takes an index of some rows only for a condition in its words.
		c.results = append(c.results, `t.status <> 'finished' AND t.status = ?`)
		c.args.results = append(c.args.results, f.Status)
	}
	if f.NotCounting {
		c.results = append(c.results, `NOT t.counts`)
	}
	if key := club.Fold(f.Club); key != "" {
		clubs, err := db.clubsWith(ctx, key)
		if err != nil {
			return c, err
		}
		c.none = len(clubs) == 0
		c.results, c.args.results = append(c.results, `t.club IN (?)`), append(c.args.results, clubs)
	}
	if f.Doubtful {
		doubtful, err := db.doubtful(ctx)
		if err != nil {
			return c, err
		}
		c.none = c.none || doubtful == ""
		c.results = append(c.results, `t.status = 'finished' AND `+doubtful)
	}
	return c, nil
}

func (db *DB) raceConditions(ctx context.Context, f ResultFilter, c *conditions) error {
	if terms := search.Terms(f.Race); len(terms) > 0 {
		names, err := db.currentNames(ctx)
		if err != nil {
			return err
		}
		hits, _ := names.series.Search(strings.Join(terms, " "), maxSeriesFound)
		if len(hits) == 0 {
			c.none = true
			return nil
		}
		c.races = append(c.races, `c.series_id IN (?)`)
		c.args.races = append(c.args.races, idsOf(hits, func(h search.Hit) int64 { return h.ID }))
	}
	if f.Year != 0 {
		c.races = append(c.races, `c.held_on BETWEEN ? AND ?`)
		c.args.races = append(c.args.races, firstDay(f.Year), lastDay(f.Year))
	}
	if f.Distance.Longest > 0 {
		c.races = append(c.races, `c.metres BETWEEN ? AND ?`)
		c.args.races = append(c.args.races, f.Distance.Shortest, f.Distance.Longest)
	}
	return nil
}

// maxClubs bounds the spellings of clubs that one part of a name leads to.
const maxClubs = 200

// clubsWith are the clubs, as printed, with a folded part in their names. It
// steps from club to club in the index: there are few of them.
func (db *DB) clubsWith(ctx context.Context, key string) ([]string, error) {
	const query = `
		WITH RECURSIVE clubs (name) AS (
			SELECT MIN(club) FROM results
			UNION ALL
			SELECT (SELECT MIN(t.club) FROM results t WHERE t.club > clubs.name) FROM clubs WHERE clubs.name IS NOT NULL
		)
		SELECT name FROM clubs WHERE name <> '' LIMIT 20000`
	var all []string
	if err := db.read.SelectContext(ctx, &all, query); err != nil {
		return nil, err
	}
	var clubs []string
	for _, name := range all {
		if strings.Contains(club.Fold(name), key) && len(clubs) < maxClubs {
			clubs = append(clubs, name)
		}
	}
	return clubs, nil
}
