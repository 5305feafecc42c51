package queries

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// Seen is a record in the version in which somebody saw it.
type Seen struct{ ID, Version int64 }

// StaleError is ErrStale for some of many records: these have changed since
// they were seen.
type StaleError struct{ IDs []int64 }

func (e *StaleError) Error() string { return fmt.Sprintf("%v: %d records", ErrStale, len(e.IDs)) }

// Unwrap is ErrStale.
func (e *StaleError) Unwrap() error { return ErrStale }

// numbersOf are the numbers of what was seen, each once, in order.
func numbersOf(seen []Seen) []int64 {
	ids := idsOf(seen, func(s Seen) int64 { return s.ID })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// stillAs is a StaleError for those that are there in another version. What is
// gone was deleted, which overwrites nothing.
func stillAs[T any](seen []Seen, now []T, at func(T) Seen) error {
	versions := map[int64]int64{}
	for _, s := range seen {
		versions[s.ID] = s.Version
	}
	var stale StaleError
	for _, record := range now {
		if s := at(record); versions[s.ID] != s.Version {
			stale.IDs = append(stale.IDs, s.ID)
		}
	}
	if len(stale.IDs) > 0 {
		return &stale
	}
	return nil
}

// resultsWhere returns results with their runners' names. where has one list of
// numbers in it.
func resultsWhere(ctx context.Context, tx *sqlx.Tx, where string, ids []int64) ([]KeptResult, error) {
	query := `SELECT ` + keptResultColumns + ` FROM results t JOIN runners r ON r.id = t.runner_id WHERE ` + where + ` ORDER BY t.id`
	results, err := selectIn[KeptResult](ctx, tx, query, ids)
	if err != nil {
		return nil, err
	}
	if len(results) > maxResultsChanged {
		return nil, ErrInvalid
	}
	return results, nil
}

// resultsAsSeen returns those of the results that are there, if none has changed.
func resultsAsSeen(ctx context.Context, tx *sqlx.Tx, seen []Seen) ([]KeptResult, error) {
	results, err := resultsWhere(ctx, tx, `t.id IN (?)`, numbersOf(seen))
	if err != nil {
		return nil, err
	}
	return results, stillAs(seen, results, func(r KeptResult) Seen { return Seen{r.ID, r.Version} })
}

// runnersAsSeen returns those of the runners who are there, if none has changed.
func runnersAsSeen(ctx context.Context, tx *sqlx.Tx, seen []Seen) ([]club.Runner, error) {
	const query = `SELECT id FROM runners WHERE id IN (?) ORDER BY id`
	rows, err := selectIn[int64](ctx, tx, query, numbersOf(seen))
	if err != nil {
		return nil, err
	}
	runners := make([]club.Runner, len(rows))
	for i, id := range rows {
		if runners[i], err = runnerIn(ctx, tx, id); err != nil {
			return nil, err
		}
	}
	return runners, stillAs(seen, runners, func(r club.Runner) Seen { return Seen{r.ID, r.Version} })
}
