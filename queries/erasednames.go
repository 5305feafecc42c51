package queries

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
	"runnerdb/club"
)

// ErasedNames are how many rows bear a name whose keyed hash is that of somebody
// who was erased, by where. Namesakes are runners of such a name: they are
// others, or were added again because they wanted it; rows that bear a
// namesake's name are not counted.
type ErasedNames struct {
	Places    map[string]int
	Namesakes []int64
}

// nameSearch looks in rows for names of people who were erased.
type nameSearch struct {
	list   suppressionList
	living map[string]bool // names, folded, of runners who are there
	known  map[string]bool // what was found of names before
	found  ErasedNames
}

// ErasedNames searches all tables for names of people who were erased by the
// hashes that were kept of them. ErrSuppressionSealed as in Suppressed.
func (db *DB) ErasedNames(ctx context.Context, sealer *accounts.Sealer) (ErasedNames, error) {
	list, err := suppressionListIn(ctx, db.read, sealer)
	s := nameSearch{list: list, living: map[string]bool{}, known: map[string]bool{}, found: ErasedNames{Places: map[string]int{}}}
	if err == nil && len(list) > 0 {
		err = s.search(ctx, db.read)
	}
	if err != nil {
		return ErasedNames{}, fmt.Errorf("look for names of the erased: %w", classify(err))
	}
	return s.found, nil
}

func (s *nameSearch) search(ctx context.Context, q sqlx.ExtContext) error {
	for _, look := range []func(context.Context, sqlx.ExtContext) error{s.inRunners, s.inAuditLog, s.inBin, s.inFileNames, s.inSpellings} {
		if err := look(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// isErased reports whether a name is that of somebody who was erased, and of
// nobody who is there.
func (s *nameSearch) isErased(name string) bool {
	key := club.Fold(name)
	if key == "" || s.living[key] || name == club.NameWithheld {
		return false
	}
	known, before := s.known[key]
	if !before {
		known = s.list.knows(club.Runner{Name: name})
		s.known[key] = known
	}
	return known
}

func (s *nameSearch) note(place string, names ...string) {
	if slices.ContainsFunc(names, s.isErased) {
		s.found.Places[place]++
	}
}

// inRunners comes first: whoever is there by such a name is a namesake.
func (s *nameSearch) inRunners(ctx context.Context, q sqlx.ExtContext) error {
	const query = `
		SELECT r.id, r.name, r.birth_date, r.licence FROM runners r WHERE r.visibility <> 'erased' AND r.id > $1 AND r.id <= $2
		UNION ALL
		SELECT r.id, a.name, r.birth_date, r.licence FROM runner_aliases a JOIN runners r ON r.id = a.runner_id
		WHERE r.visibility <> 'erased' AND r.id > $1 AND r.id <= $2`
	return inBatches(ctx, q, "runners", query, func(r club.Runner) error {
		if s.isErased(r.Name) {
			s.living[club.Fold(r.Name)] = true
		}
		if s.living[club.Fold(r.Name)] && s.list.knows(r) && !slices.Contains(s.found.Namesakes, r.ID) {
			s.found.Namesakes = append(s.found.Namesakes, r.ID)
		}
		return nil
	})
}

func (s *nameSearch) inAuditLog(ctx context.Context, q sqlx.ExtContext) error {
	const query = `
		SELECT id, kind, action, object, before, after FROM audit_log
		WHERE id > $1 AND id <= $2 AND kind || '' IN ('runner', 'result', 'contact')` // by the number, not by the index of kinds
	return inBatches(ctx, q, "audit_log", query, func(e auditEntry) error {
		names := []string{e.Object}
		for _, text := range []string{e.Before, e.After} {
			if e.Kind != KindRunner || text == "" {
				continue
			}
			runner, err := fromJSON[storedRunner](text)
			if err != nil {
				return err
			}
			names = append(append(names, runner.Name), runner.Aliases...)
		}
		s.note("audit log", names...)
		return nil
	})
}

func (s *nameSearch) inBin(ctx context.Context, q sqlx.ExtContext) error {
	return binRows(ctx, q, func(row binRow) error {
		var names []string
		for _, runner := range row.content.allRunners() {
			names = append(append(names, runner.Name), runner.Aliases...)
		}
		s.note("bin", names...)
		return nil
	})
}

func (s *nameSearch) inFileNames(ctx context.Context, q sqlx.ExtContext) error {
	drafts := fileName{where: "uploaded sheets", list: `SELECT id, name AS text FROM drafts ORDER BY id`}
	for _, place := range append(slices.Clone(fileNames), drafts) {
		rows, err := place.rows(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range rows {
			s.note(place.where, namesIn(fileWords(strings.TrimPrefix(row.Text, importTitle)))...)
		}
	}
	return nil
}

// namesIn are what may be somebody's name in a file's: each word, and two or
// three in a row. Their order does not matter to the hash.
func namesIn(words []string) (names []string) {
	for i := range words {
		for n := 1; n <= 3 && i+n <= len(words); n++ {
			names = append(names, strings.Join(words[i:i+n], " "))
		}
	}
	return names
}

func (s *nameSearch) inSpellings(ctx context.Context, q sqlx.ExtContext) error {
	var names []string
	if err := sqlx.SelectContext(ctx, q, &names, `SELECT DISTINCT name FROM spellings ORDER BY name`); err != nil {
		return err
	}
	for _, name := range names {
		s.note("spellings", name)
	}
	return nil
}

// inBatches calls do for the rows that a query gives, by ranges of a table's
// numbers.
func inBatches[Row any](ctx context.Context, q sqlx.ExtContext, table, query string, do func(Row) error) error {
	const batch = 5000
	var last int64
	if err := sqlx.GetContext(ctx, q, &last, `SELECT COALESCE(MAX(id), 0) FROM `+table); err != nil {
		return err
	}
	for after := int64(0); after < last; after += batch {
		var rows []Row
		if err := sqlx.SelectContext(ctx, q, &rows, query, after, after+batch); err != nil {
			return err
		}
		for _, row := range rows {
			if err := do(row); err != nil {
				return err
			}
		}
	}
	return nil
}
