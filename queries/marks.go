package queries

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"runnerdb/club"
)

// Mark is a finish as a board shows it.
type Mark struct {
	RunnerID int64           `db:"runner_id"`
	Runner   string          `db:"runner"`
	Sex      club.Sex        `db:"sex"`
	Category string          `db:"category"`
	Time     club.FinishTime `db:"ms"`
	Distance string          `db:"distance"`
	RaceID   int64           `db:"race_id"`
	Race     string          `db:"race"`
	HeldOn   club.Date       `db:"held_on"`
}

// MarkFilter chooses finishes: those at a distance, by its key, of one sex. The
// zero values of the other fields choose all.
type MarkFilter struct {
	Distance string
	Sex      club.Sex
	Category string
	Year     int
	// Series chooses the finishes in one series, everybody's; without it only
	// those for the club are chosen.
	Series int64
}

// conditions are those on the marks as the table is called, with placeholders
// from $1 on; those that the same filter puts on two tables are equal.
func (f MarkFilter) conditions(table string, args *[]any) string {
	var all []string
	add := func(condition string, value any) {
		at := slices.Index(*args, value)
		if at < 0 {
			*args = append(*args, value)
			at = len(*args) - 1
		}
		all = append(all, table+"."+condition+" $"+strconv.Itoa(at+1))
	}
	add("distance =", f.Distance)
	add("sex =", string(f.Sex))
	if f.Series != 0 {
		add("series_id =", f.Series)
	} else {
		all = append(all, table+".own")
	}
	if f.Category != "" {
		add("category =", f.Category)
	}
	if f.Year != 0 {
		add("year =", int64(f.Year))
	}
	return strings.Join(all, " AND ")
}

const markColumns = `m.runner_id, r.name AS runner, m.sex, m.category, m.ms, m.distance, t.race_id, s.name AS race, m.held_on`

const markTables = ` FROM marks m
	JOIN runners r ON r.id = m.runner_id
	JOIN results t ON t.id = m.result_id
	JOIN series s ON s.id = m.series_id `

const markOrder = ` ORDER BY m.ms, m.held_on, m.result_id LIMIT `

// Fastest are the fastest finishes that a filter chooses, one a runner; of
// equal ones the first that was run.
func (db *DB) Fastest(ctx context.Context, f MarkFilter, limit int) ([]Mark, error) {
	var args []any
	query := `SELECT ` + markColumns + markTables + `
		WHERE ` + f.conditions("m", &args) + ` AND ` + visible + `
			AND NOT EXISTS (SELECT 1 FROM marks f WHERE f.runner_id = m.runner_id AND ` + f.conditions("f", &args) + `
				AND (f.ms < m.ms OR f.ms = m.ms AND (f.held_on < m.held_on OR f.held_on = m.held_on AND f.result_id < m.result_id)))` +
		markOrder + strconv.Itoa(limit)
	var found []Mark
	if err := db.read.SelectContext(ctx, &found, query, args...); err != nil {
		return nil, fmt.Errorf("fastest over %s: %w", f.Distance, classify(err))
	}
	return found, nil
}

// Record is the fastest finish that a filter chooses.
type Record struct {
	// Filter is which of the filters that was.
	Filter int `db:"line"`
	Mark
}

// Records are those of each of the filters, in their order, by distance, sex and
// category alone; a filter that chooses nothing has none.
func (db *DB) Records(ctx context.Context, filters []MarkFilter) ([]Record, error) {
	var args []any
	var all, within []string
	for i, f := range filters {
		args = append(args, f.Distance, string(f.Sex), f.Category)
		row := fmt.Sprintf("(%d, $%d, $%d, $%d)", i, len(args)-2, len(args)-1, len(args))
		if f.Category == "" {
			all = append(all, row)
		} else {
			within = append(within, row)
		}
	}
	var parts []string
	for _, part := range []struct {
		rows      []string
		condition string
	}{{all, ""}, {within, " AND m.category = f.column4"}} {
		if len(part.rows) > 0 {
			parts = append(parts, firstMarks(part.rows, part.condition))
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	query := `SELECT f.line, ` + markColumns + ` FROM (` + strings.Join(parts, " UNION ALL ") + `) f CROSS JOIN marks m
		JOIN runners r ON r.id = m.runner_id
		JOIN results t ON t.id = m.result_id
		JOIN series s ON s.id = m.series_id
		WHERE m.result_id = f.result_id AND ` + visible + `
		ORDER BY f.line`
	var records []Record
	if err := db.read.SelectContext(ctx, &records, query, args...); err != nil {
		return nil, fmt.Errorf("records: %w", classify(err))
	}
	return records, nil
}

// firstMarks asks for the fastest finish of each row of line, distance, sex and
// category. The rows stand in a list and not in a question each: PostgreSQL
// would plan all of them, which takes longer than to answer.
func firstMarks(rows []string, condition string) string {
	return `SELECT f.column1 AS line, (SELECT m.result_id FROM marks m JOIN runners r ON r.id = m.runner_id
			WHERE m.distance = f.column2 AND m.sex = f.column3 AND m.own` + condition + ` AND ` + visible + markOrder + `1) AS result_id
		FROM (VALUES ` + strings.Join(rows, ", ") + `) f`
}

// maxRecordSteps bounds the history of a record.
const maxRecordSteps = 30

// RecordHistory are the finishes that were each the fastest yet of those that
// a filter chooses, the newest first. Each step goes on where the one after it
// was found, so that all together are one walk from the fastest on; from the
// first day of all on, there is nothing to look for.
func (db *DB) RecordHistory(ctx context.Context, f MarkFilter) ([]Mark, error) {
	distance, err := club.DistanceByKey(f.Distance)
	if err != nil {
		return nil, fmt.Errorf("history of a record: %w", err)
	}
	args := []any{distance.Shortest, distance.Longest}
	first := `SELECT m.result_id FROM marks m JOIN runners r ON r.id = m.runner_id WHERE ` + f.conditions("m", &args) + ` AND ` + visible
	query := `
		WITH RECURSIVE steps (n, result_id) AS (
			SELECT 1, (` + first + markOrder + `1)
			UNION ALL
			SELECT s.n + 1, (` + first + ` AND m.ms > p.ms AND m.held_on < p.held_on` + markOrder + `1)
			FROM steps s
			JOIN marks p ON p.result_id = s.result_id
			WHERE s.n < ` + strconv.Itoa(maxRecordSteps) + ` AND p.held_on > (SELECT MIN(c.held_on) FROM races c WHERE c.metres BETWEEN $1 AND $2))
		SELECT ` + markColumns + `
		FROM steps
		CROSS JOIN marks m
		JOIN runners r ON r.id = m.runner_id
		JOIN results t ON t.id = m.result_id
		JOIN series s ON s.id = m.series_id
		WHERE m.result_id = steps.result_id AND ` + visible + `
		ORDER BY steps.n
		LIMIT ` + strconv.Itoa(maxRecordSteps)
	var steps []Mark
	if err := db.read.SelectContext(ctx, &steps, query, args...); err != nil {
		return nil, fmt.Errorf("history of a record: %w", classify(err))
	}
	return steps, nil
}

// RunDistances are the keys of the standard distances that somebody has
// finished for the club, shortest first.
func (db *DB) RunDistances(ctx context.Context) ([]club.Distance, error) {
	parts := make([]string, len(club.Distances))
	for i, d := range club.Distances {
		parts[i] = fmt.Sprintf(`SELECT %d AS line WHERE EXISTS (SELECT 1 FROM marks m WHERE m.distance = '%s' AND m.own)`, i, d.Key)
	}
	var lines []int
	if err := db.read.SelectContext(ctx, &lines, strings.Join(parts, " UNION ALL ")+" ORDER BY line"); err != nil {
		return nil, fmt.Errorf("distances run: %w", classify(err))
	}
	run := make([]club.Distance, len(lines))
	for i, line := range lines {
		run[i] = club.Distances[line]
	}
	return run, nil
}
