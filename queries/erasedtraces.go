package queries

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// Traces are how many places still say something of somebody who was erased,
// by where. Erasing the runner again cleans all of them.
type Traces struct {
	RunnerID int64
	Places   map[string]int
}

// Words says where how many places are.
func (t Traces) Words() string {
	words := make([]string, 0, len(t.Places))
	for _, place := range slices.Sorted(maps.Keys(t.Places)) {
		words = append(words, fmt.Sprintf("%s: %d", place, t.Places[place]))
	}
	return strings.Join(words, ", ")
}

// maxErased bounds how many erased runners are looked after: a club has few.
const maxErased = 10_000

// ErasedTraces looks for what is left, or has come back, of runners who were
// erased. It finds what EraseRunner would clean, and changes nothing.
func (db *DB) ErasedTraces(ctx context.Context) ([]Traces, error) {
	const query = `SELECT id FROM runners WHERE visibility = 'erased' ORDER BY id LIMIT $1`
	var erased []int64
	if err := db.read.SelectContext(ctx, &erased, query, maxErased); err != nil {
		return nil, fmt.Errorf("traces of the erased: %w", classify(err))
	}
	var found []Traces
	for _, id := range erased {
		places, err := tracesLeft(ctx, db.read, id)
		if err != nil {
			return nil, fmt.Errorf("traces of runner %d: %w", id, classify(err))
		}
		if len(places) > 0 {
			found = append(found, Traces{id, places})
		}
	}
	return found, nil
}

// traceCounts count the rows about one runner that hold what is personal.
var traceCounts = map[string]string{
	"results":         `SELECT COUNT(*) FROM results WHERE runner_id = $1 AND (category <> '' OR club <> '')`,
	"record":          `SELECT COUNT(*) FROM runners WHERE id = $1 AND (name <> '` + club.NameWithheld + `' OR birth_date IS NOT NULL OR licence <> '')`,
	"other names":     `SELECT COUNT(*) FROM runner_aliases WHERE runner_id = $1`,
	"contacts":        `SELECT COUNT(*) FROM runner_contacts WHERE runner_id = $1`,
	"spellings":       `SELECT COUNT(*) FROM spellings WHERE runner_id = $1`,
	"import undo":     `SELECT COUNT(*) FROM import_changes WHERE runner_id = $1`,
	"import contacts": `SELECT COUNT(*) FROM import_contacts WHERE runner_id = $1`,
}

func tracesLeft(ctx context.Context, q sqlx.ExtContext, id int64) (map[string]int, error) {
	places := map[string]int{}
	for place, query := range traceCounts {
		var count int
		if err := sqlx.GetContext(ctx, q, &count, query, id); err != nil {
			return nil, err
		}
		if count > 0 {
			places[place] = count
		}
	}
	t, err := tracesOf(ctx, q, club.Runner{ID: id, Name: club.NameWithheld})
	if err != nil {
		return nil, err
	}
	err = t.changedEntries(ctx, q, func(auditEntry) error { places["audit log"]++; return nil })
	if err != nil {
		return nil, err
	}
	err = binRows(ctx, q, func(row binRow) error {
		if _, found := t.withholdRow(row); found {
			places["bin"]++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return places, t.changedFileNames(ctx, q, func(place fileName, _ int64, _ string) error { places[place.where]++; return nil })
}
