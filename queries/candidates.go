package queries

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// Candidate is a runner whom a row of a sheet may mean.
type Candidate struct {
	ID         int64     `db:"id"`
	Name       string    `db:"name"`
	Key        string    `db:"search_key"`
	Sex        club.Sex  `db:"sex"`
	BirthDate  club.Date `db:"birth_date"`
	LicenceKey string    `db:"licence_key"`
	Category   string    `db:"category"`
	Club       string    `db:"club"`
	Races      int       `db:"races"`
}

// Likenesses are what candidates are looked for by: folded names and licences.
type Likenesses struct {
	Names    []string
	Licences []string
}

// Candidates are the runners, hidden ones too, whom rows of a sheet may mean:
// by folded name, by the runner's other names, and by licence.
type Candidates struct {
	ByName    map[string][]Candidate
	ByLicence map[string][]Candidate
}

// lookup is how many keys one statement looks for.
const lookup = 500

const candidateQuery = `
	SELECT r.id, r.name, r.search_key, r.sex, r.birth_date, r.licence_key, s.category, s.club, s.races
	FROM runners r
	JOIN runner_summaries s ON s.runner_id = r.id
	WHERE r.visibility <> 'erased' AND `

// FindCandidates looks for runners whom rows of a sheet may mean.
func (db *DB) FindCandidates(ctx context.Context, like Likenesses) (Candidates, error) {
	found := Candidates{map[string][]Candidate{}, map[string][]Candidate{}}
	byName, err := db.candidatesBy(ctx, `r.search_key`, like.Names)
	if err != nil {
		return found, fmt.Errorf("candidates: %w", classify(err))
	}
	for _, c := range byName {
		found.ByName[c.Key] = append(found.ByName[c.Key], c)
	}
	byLicence, err := db.candidatesBy(ctx, `r.licence_key`, like.Licences)
	if err != nil {
		return found, fmt.Errorf("candidates: %w", classify(err))
	}
	for _, c := range byLicence {
		found.ByLicence[c.LicenceKey] = append(found.ByLicence[c.LicenceKey], c)
	}
	if err := db.addAliased(ctx, found.ByName, like.Names); err != nil {
		return found, fmt.Errorf("candidates: %w", classify(err))
	}
	return found, nil
}

func (db *DB) candidatesBy(ctx context.Context, column string, keys []string) (found []Candidate, err error) {
	return selectIn[Candidate](ctx, db.read, candidateQuery+column+` IN (?) ORDER BY r.id`, keys)
}

// selectIn asks for rows by many keys, a few at a time.
func selectIn[Row, Key any](ctx context.Context, q sqlx.ExtContext, query string, keys []Key) (all []Row, err error) {
	for chunk := range slices.Chunk(keys, lookup) {
		text, args, err := sqlx.In(query, chunk)
		if err != nil {
			return nil, err
		}
		var rows []Row
		if err := sqlx.SelectContext(ctx, q, &rows, sqlx.Rebind(sqlx.DOLLAR, text), args...); err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// addAliased adds the runners of whom another name is looked for. Other names
// are few, and fold here.
func (db *DB) addAliased(ctx context.Context, byName map[string][]Candidate, names []string) error {
	const query = `SELECT runner_id, name FROM runner_aliases ORDER BY runner_id, name LIMIT 1000000`
	wanted := make(map[string]bool, len(names))
	for _, name := range names {
		wanted[name] = true
	}
	var aliases []struct {
		RunnerID int64 `db:"runner_id"`
		Name     string
	}
	if err := db.read.SelectContext(ctx, &aliases, query); err != nil {
		return err
	}
	keys := map[int64][]string{}
	var ids []int64
	for _, alias := range aliases {
		if key := club.Fold(alias.Name); wanted[key] {
			keys[alias.RunnerID] = append(keys[alias.RunnerID], key)
			ids = append(ids, alias.RunnerID)
		}
	}
	slices.Sort(ids)
	runners, err := selectIn[Candidate](ctx, db.read, candidateQuery+`r.id IN (?) ORDER BY r.id`, slices.Compact(ids))
	if err != nil {
		return err
	}
	for _, c := range runners {
		for _, key := range keys[c.ID] {
			if !slices.ContainsFunc(byName[key], func(o Candidate) bool { return o.ID == c.ID }) {
				byName[key] = append(byName[key], c)
			}
		}
	}
	return nil
}

// Spelling is what somebody said of a folded name: that it is that runner, or
// is not.
type Spelling struct {
	Name     string `db:"name"`
	RunnerID int64  `db:"runner_id"`
	Same     bool   `db:"same"`
}

// Spellings are what was said of these folded names.
func (db *DB) Spellings(ctx context.Context, names []string) ([]Spelling, error) {
	const query = `SELECT name, runner_id, same FROM spellings WHERE name IN (?) ORDER BY name, runner_id`
	found, err := selectIn[Spelling](ctx, db.read, query, names)
	if err != nil {
		return nil, fmt.Errorf("spellings: %w", classify(err))
	}
	return found, nil
}

// CandidatesByID are runners by their numbers.
func (db *DB) CandidatesByID(ctx context.Context, ids []int64) (map[int64]Candidate, error) {
	rows, err := selectIn[Candidate](ctx, db.read, candidateQuery+`r.id IN (?) ORDER BY r.id`, ids)
	if err != nil {
		return nil, fmt.Errorf("candidates: %w", classify(err))
	}
	found := make(map[int64]Candidate, len(rows))
	for _, c := range rows {
		found[c.ID] = c
	}
	return found, nil
}

// nearest is how many runners of nearly a name are looked at.
const nearest = 5

// NearlyNamed are the visible runners whom a search for a name finds first.
func (db *DB) NearlyNamed(ctx context.Context, name string) ([]int64, error) {
	names, err := db.currentNames(ctx)
	if err != nil {
		return nil, fmt.Errorf("nearly named: %w", classify(err))
	}
	hits, _ := names.runners.Search(name, nearest)
	ids := make([]int64, len(hits))
	for i, hit := range hits {
		ids[i] = hit.ID
	}
	return ids, nil
}

// RacesOn are the races of a day.
func (db *DB) RacesOn(ctx context.Context, day club.Date) ([]club.Race, error) {
	const query = `
		SELECT ` + raceColumns + `
		FROM races c
		JOIN series s ON s.id = c.series_id
		WHERE c.held_on = $1
		ORDER BY c.id
		LIMIT 1000`
	var races []club.Race
	if err := db.read.SelectContext(ctx, &races, query, day); err != nil {
		return nil, fmt.Errorf("races on %s: %w", day, classify(err))
	}
	return races, nil
}

// ResultsOfRace are all results of a race, in the order of their numbers.
func (db *DB) ResultsOfRace(ctx context.Context, raceID int64) ([]club.Result, error) {
	const query = `SELECT ` + resultColumns + ` FROM results t WHERE t.race_id = $1 ORDER BY t.id LIMIT $2`
	var results []club.Result
	if err := db.read.SelectContext(ctx, &results, query, raceID, maxFinishesOfRace); err != nil {
		return nil, fmt.Errorf("results of race %d: %w", raceID, classify(err))
	}
	return results, nil
}
