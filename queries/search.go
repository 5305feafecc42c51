package queries

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// Bounds of one search: what is typed beyond them is not read, and so many
// candidates are ranked.
const (
	maxQueryRunes   = 100
	maxQueryWords   = 6
	maxCandidates   = 100
	maxNearWords    = 1000
	maxSlipWords    = 40
	fewHits         = 5
	beyondAnyLetter = "\U0010FFFF"
)

// SearchRunners finds visible runners by the words of their names and
// aliases, in any order and unfinished; where that gives only a few, one wrong
// letter a word is forgiven. It reports whether there are more than
// limit. Ties are broken in the same order on both databases.
func (db *DB) SearchRunners(ctx context.Context, query string, limit int) ([]RunnerHit, bool, error) {
	terms := queryWords(query)
	if len(terms) == 0 {
		return nil, false, nil
	}
	hits, err := db.candidates(ctx, terms, exactly(terms))
	if err == nil && len(hits) < fewHits {
		var slipped []RunnerHit
		slipped, err = db.slippedCandidates(ctx, terms)
		hits = append(hits, slipped...)
	}
	if err != nil {
		return nil, false, fmt.Errorf("search runners: %w", classify(err))
	}
	hits = rank(hits, terms)
	return hits[:min(limit, len(hits))], len(hits) > limit, nil
}

func queryWords(query string) []string {
	runes := []rune(query)
	words := club.Words(string(runes[:min(len(runes), maxQueryRunes)]))
	return words[:min(len(words), maxQueryWords)]
}

// match is the set of index words that one typed word may mean: all that
// begin with prefix, or those listed.
type match struct {
	prefix string
	words  []string
}

func exactly(terms []string) []match {
	matches := make([]match, len(terms))
	for i, term := range terms {
		matches[i].prefix = term
	}
	return matches
}

func (m match) sql() (string, []any, error) {
	if m.words == nil {
		return "word >= ? AND word < ?", []any{m.prefix, m.prefix + beyondAnyLetter}, nil
	}
	return sqlx.In("word IN (?)", m.words)
}

// candidates are those runners with most races who have a word for every
// match, and those whose name is exactly what was typed.
func (db *DB) candidates(ctx context.Context, terms []string, matches []match) ([]RunnerHit, error) {
	query, args, err := candidatesSQL(terms, matches)
	if err != nil {
		return nil, err
	}
	var hits []RunnerHit
	err = db.read.SelectContext(ctx, &hits, query, args...)
	return hits, err
}

func candidatesSQL(terms []string, matches []match) (string, []any, error) {
	var sets []string
	var args []any
	for _, m := range matches {
		where, values, err := m.sql()
		if err != nil {
			return "", nil, err
		}
		sets = append(sets, "SELECT runner_id FROM runner_words WHERE "+where)
		args = append(args, values...)
	}
	query := `
		SELECT ` + hitColumns + `
		FROM (
			SELECT runner_id FROM (
				SELECT runner_id FROM runner_summaries
				WHERE runner_id IN (` + strings.Join(sets, " INTERSECT ") + `)
				ORDER BY races DESC, runner_id
				LIMIT ?) AS most
			UNION
			SELECT runner_id FROM (
				SELECT id AS runner_id FROM runners WHERE search_key = ? ORDER BY id LIMIT ?) AS exact
		) AS found
		JOIN runners r ON r.id = found.runner_id
		JOIN runner_summaries s ON s.runner_id = found.runner_id
		WHERE NOT r.hidden`
	args = append(args, maxCandidates, strings.Join(terms, " "), maxCandidates)
	return sqlx.Rebind(sqlx.DOLLAR, query), args, nil
}

// slippedCandidates are the runners who have, for every typed word, a word
// that begins like it but for one slip.
func (db *DB) slippedCandidates(ctx context.Context, terms []string) ([]RunnerHit, error) {
	near, err := db.nearWords(ctx, terms)
	if err != nil {
		return nil, err
	}
	matches := exactly(terms)
	found := false
	for i, term := range terms {
		matches[i].words = likeliest(term, near)
		found = found || matches[i].words != nil
	}
	if !found {
		return nil, nil
	}
	return db.candidates(ctx, terms, matches)
}

// nearWords are the words of the index that are a slip away from any term, or
// a little more.
func (db *DB) nearWords(ctx context.Context, terms []string) ([]string, error) {
	var slips []string
	for _, term := range terms {
		slips = append(slips, club.QuerySlips(term)...)
	}
	if len(slips) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(`SELECT DISTINCT word FROM word_slips WHERE slip IN (?) ORDER BY word LIMIT ?`,
		slips, maxNearWords*len(terms))
	if err != nil {
		return nil, err
	}
	var words []string
	err = db.read.SelectContext(ctx, &words, sqlx.Rebind(sqlx.DOLLAR, query), args...)
	return words, err
}

// likeliest are the words that term may mean with one slip, those nearest to
// its length first; none where it is too short for one.
func likeliest(term string, near []string) []string {
	if club.QuerySlips(term) == nil {
		return nil
	}
	var words []string
	for _, word := range near {
		if club.WithinSlip(term, word) {
			words = append(words, word)
		}
	}
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	return words[:min(len(words), maxSlipWords)]
}

// rank orders hits by how well they match, then by number of races, then by
// name; each runner stands once.
func rank(hits []RunnerHit, terms []string) []RunnerHit {
	slices.SortStableFunc(hits, func(a, b RunnerHit) int {
		return cmp.Or(
			cmp.Compare(quality(a, terms), quality(b, terms)),
			cmp.Compare(b.Races, a.Races),
			cmp.Compare(a.SearchKey, b.SearchKey),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return slices.CompactFunc(hits, func(a, b RunnerHit) bool { return a.ID == b.ID })
}

// The qualities of a match, best first.
const (
	exactName = iota
	surnamePrefix
	wordPrefixes
	aliasOrSlip
)

func quality(hit RunnerHit, terms []string) int {
	words := strings.Fields(hit.SearchKey)
	surname := hit.SearchKey[strings.LastIndexByte(hit.SearchKey, ' ')+1:]
	switch {
	case hit.SearchKey == strings.Join(terms, " "):
		return exactName
	case !allPrefixes(terms, words):
		return aliasOrSlip
	case slices.ContainsFunc(terms, func(term string) bool { return strings.HasPrefix(surname, term) }):
		return surnamePrefix
	default:
		return wordPrefixes
	}
}

func allPrefixes(terms, words []string) bool {
	for _, term := range terms {
		if !slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, term) }) {
			return false
		}
	}
	return true
}
