package queries

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"runnerdb/club"
	"runnerdb/search"
)

// Likeness is why two runners may be one person.
type Likeness string

// The reasons, the strongest first.
const (
	SameLicence Likeness = "the same licence"
	SameName    Likeness = "the same name"
	NearName    Likeness = "born on the same day, names nearly alike"
)

// Duplicate is a pair of runners who may be one person.
type Duplicate struct {
	A, B KeptRunner
	Why  Likeness
}

// Bounds of the look for duplicates: the pairs for each reason, and the runners
// who are compared with all others. These are the newest: of a club all, of a
// federation those among whom a new duplicate can be.
const (
	maxDuplicates = 200
	newestRunners = 5000
)

// maxCandidates bounds the pairs whose races are compared.
const maxCandidates = 2000

// Duplicates are runners who may be one person: with the same licence, the same
// folded name, or the same birth date and nearly the same name, who have never
// run the same race.
func (db *DB) Duplicates(ctx context.Context) ([]Duplicate, error) {
	reasons := []struct {
		why   Likeness
		among string // the runners whom the newest are compared with
		on    string
	}{
		{SameLicence, `runners`, `b.licence_key = a.licence_key AND b.licence_key <> '' AND a.licence_key <> ''`},
		{SameName, `runners`, `b.search_key = a.search_key`},
		{NearName, newest, `b.birth_date = a.birth_date AND b.search_key <> a.search_key`},
	}
	var all []Duplicate
	var ids []int64
	seen := map[[2]int64]bool{}
	for _, reason := range reasons {
		pairs, err := db.pairs(ctx, reason.among, reason.on)
		if err != nil {
			return nil, fmt.Errorf("duplicates: %w", classify(err))
		}
		for _, pair := range pairs {
			if !seen[pair] {
				seen[pair] = true
				all = append(all, Duplicate{Why: reason.why})
				ids = append(ids, pair[0], pair[1])
			}
		}
	}
	runners, err := db.keptByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("duplicates: %w", classify(err))
	}
	var found []Duplicate
	for i, d := range all {
		var hasA, hasB bool
		d.A, hasA = runners[ids[2*i]]
		d.B, hasB = runners[ids[2*i+1]]
		if hasA && hasB && (d.Why != NearName || search.Alike(d.A.Name, d.B.Name)) { // nobody went meanwhile
			found = append(found, d)
		}
	}
	return found, nil
}

// newest are the newest runners, as a table.
var newest = fmt.Sprintf(`(SELECT * FROM runners ORDER BY id DESC LIMIT %d)`, newestRunners)

// pairs are those who may be one person: born on the same day and of the same
// sex as far as that is known, and never in the same race.
func (db *DB) pairs(ctx context.Context, among, on string) ([][2]int64, error) {
	query := fmt.Sprintf(`
		WITH pairs AS MATERIALIZED (
			SELECT a.id AS a, b.id AS b
			FROM %s b
			JOIN %s a ON %s
			WHERE a.id < b.id AND a.visibility <> 'erased' AND b.visibility <> 'erased'
				AND (a.sex = b.sex OR a.sex = '' OR b.sex = '')
				AND (a.birth_date = b.birth_date OR a.birth_date IS NULL OR b.birth_date IS NULL)
			ORDER BY a.id, b.id
			LIMIT %d)
		SELECT a, b
		FROM pairs
		WHERE NOT EXISTS (
			SELECT 1 FROM results x JOIN results y ON y.race_id = x.race_id WHERE x.runner_id = pairs.a AND y.runner_id = pairs.b)
		ORDER BY a, b
		LIMIT $1`, newest, among, on, maxCandidates)
	var rows []struct{ A, B int64 }
	if err := db.read.SelectContext(ctx, &rows, query, maxDuplicates); err != nil {
		return nil, err
	}
	pairs := make([][2]int64, len(rows))
	for i, row := range rows {
		pairs[i] = [2]int64{row.A, row.B}
	}
	return pairs, nil
}

// SharedRaces are the races that two runners have both run: then they are not
// one person.
func (db *DB) SharedRaces(ctx context.Context, a, b int64) ([]club.Race, error) {
	const query = `
		SELECT ` + raceColumns + `
		FROM results x
		JOIN results y ON y.race_id = x.race_id
		JOIN races c ON c.id = x.race_id
		JOIN series s ON s.id = c.series_id
		WHERE x.runner_id = $1 AND y.runner_id = $2
		ORDER BY c.held_on DESC, c.id
		LIMIT 20`
	var races []club.Race
	if err := db.read.SelectContext(ctx, &races, query, a, b); err != nil {
		return nil, fmt.Errorf("races of %d and %d: %w", a, b, classify(err))
	}
	return races, nil
}

// Merged is what MergeRunners would make of two runners.
func Merged(kept, gone club.Runner) club.Runner {
	after := merged(kept, gone)
	after.Aliases = slices.Clone(after.Aliases)
	slices.SortFunc(after.Aliases, cmp.Compare[string])
	return after
}
