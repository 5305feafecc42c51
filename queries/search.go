package queries

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
	"runnerdb/search"
)

// FoundRunner is a runner whom a search finds, and why.
type FoundRunner struct {
	RunnerHit
	// Terms are the typed words as they were understood, for search.Mark; none
	// when the runner was found by the number of the licence.
	Terms []string
	Match search.Match
	// Aliases are given where the name alone does not show why.
	Aliases []string
}

// SearchRunners finds visible runners by the words of their names and
// aliases, or by the number of their licence; see search.Index for what is
// forgiven. It reports whether there are more than limit. What has been
// committed when it is called, by any process, is seen.
func (db *DB) SearchRunners(ctx context.Context, query string, limit int) ([]FoundRunner, bool, error) {
	found, more, err := db.searchRunners(ctx, query, limit)
	if err != nil {
		return nil, false, fmt.Errorf("search runners: %w", classify(err))
	}
	return found, more, nil
}

func (db *DB) searchRunners(ctx context.Context, query string, limit int) ([]FoundRunner, bool, error) {
	names, err := db.currentNames(ctx)
	if err != nil {
		return nil, false, err
	}
	hits, more := names.runners.Search(query, limit)
	licensed, err := db.licensed(ctx, query)
	if err != nil {
		return nil, false, err
	}
	found, err := db.describe(ctx, append(licensed, hits...))
	if err != nil {
		return nil, false, err
	}
	return found[:min(limit, len(found))], more || len(found) > limit, nil
}

// describe adds to hits what the database knows of the runners now. Those that
// it no longer shows are left out.
func (db *DB) describe(ctx context.Context, hits []search.Hit) ([]FoundRunner, error) {
	if len(hits) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(hits))
	var aliased []int64
	for i, hit := range hits {
		ids[i] = hit.ID
		if hit.Match >= search.Alias {
			aliased = append(aliased, hit.ID)
		}
	}
	runners, err := db.runnersByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	aliases, err := db.aliasesOf(ctx, aliased)
	if err != nil {
		return nil, err
	}
	found := make([]FoundRunner, 0, len(hits))
	for _, hit := range hits {
		if runner, ok := runners[hit.ID]; ok {
			found = append(found, FoundRunner{runner, hit.Terms, hit.Match, aliases[hit.ID]})
			delete(runners, hit.ID) // found twice, by licence and by name, it is shown once
		}
	}
	return found, nil
}

// RunnersByID are those of these runners who are visible, in the same order,
// each once.
func (db *DB) RunnersByID(ctx context.Context, ids []int64) ([]RunnerHit, error) {
	known, err := db.runnersByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("runners by id: %w", classify(err))
	}
	var runners []RunnerHit
	for _, id := range ids {
		if runner, ok := known[id]; ok {
			runners = append(runners, runner)
			delete(known, id)
		}
	}
	return runners, nil
}

func (db *DB) runnersByID(ctx context.Context, ids []int64) (map[int64]RunnerHit, error) {
	query, args, err := sqlx.In(`
		SELECT `+hitColumns+`
		FROM runners r
		JOIN runner_summaries s ON s.runner_id = r.id
		WHERE r.id IN (?) AND `+visible, ids)
	if err != nil {
		return nil, err
	}
	var rows []RunnerHit
	if err := db.read.SelectContext(ctx, &rows, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return nil, err
	}
	runners := make(map[int64]RunnerHit, len(rows))
	for _, row := range rows {
		runners[row.ID] = row
	}
	return runners, nil
}

func (db *DB) aliasesOf(ctx context.Context, ids []int64) (map[int64][]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(`SELECT runner_id, name FROM runner_aliases WHERE runner_id IN (?) ORDER BY runner_id, name`, ids)
	if err != nil {
		return nil, err
	}
	return collectAliases(db.read.QueryxContext(ctx, sqlx.Rebind(sqlx.DOLLAR, query), args...))
}

// minLicenceDigits keeps short numbers from being taken for a licence.
const minLicenceDigits = 3

// maxLicensed bounds the runners of one number: the provinces number
// independently.
const maxLicensed = 20

// licensed are the runners whose licence was typed, with or without the
// letters of the province. Only whole numbers count: nobody reads licences off
// by guessing their beginnings.
func (db *DB) licensed(ctx context.Context, query string) ([]search.Hit, error) {
	const maxLicence = 20
	key := club.LicenceKey(query)
	if digits := strings.IndexByte(key, '|'); digits < minLicenceDigits || len(key) > maxLicence {
		return nil, nil
	}
	const sql = `SELECT id FROM runners WHERE licence_key >= $1 AND licence_key < $2 AND licence_key <> '' ORDER BY licence_key, id LIMIT $3`
	var ids []int64
	if err := db.read.SelectContext(ctx, &ids, sql, key, key+"\U0010FFFF", maxLicensed); err != nil {
		return nil, err
	}
	hits := make([]search.Hit, len(ids))
	for i, id := range ids {
		hits[i].ID = id
	}
	return hits, nil
}
