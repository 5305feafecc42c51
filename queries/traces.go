package queries

import (
	"context"
	"maps"
	"slices"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// traces are by what a person is found in the audit log, in the bin and in the
// names of files.
type traces struct {
	// ids are the numbers of the runner and of those who were merged into it.
	ids map[int64]bool
	// others are the runners that one of these was merged into once, wrongly.
	others []int64
	// names are all that the person was called, births and licences all that
	// stood in the record; born is the last that did.
	names    []string
	births   []string
	licences []string
	born     club.Date
}

// tracesOf finds a person by the runner's number, and learns the names from
// wherever they stand: the record of somebody who was erased knows none.
func tracesOf(ctx context.Context, q sqlx.ExtContext, runner club.Runner) (traces, error) {
	t := traces{ids: map[int64]bool{runner.ID: true}}
	if err := t.followMerges(ctx, q); err != nil {
		return t, err
	}
	t.know(storedRunner(runner))
	if err := auditEntries(ctx, q, t.numbers(), t.learnFromEntry); err != nil {
		return t, err
	}
	if err := binRows(ctx, q, func(row binRow) error { t.learnFromBin(row.content); return nil }); err != nil {
		return t, err
	}
	for _, list := range []*[]string{&t.names, &t.births, &t.licences} {
		slices.Sort(*list)
		*list = slices.DeleteFunc(slices.Compact(*list), func(s string) bool { return s == "" || s == club.NameWithheld })
	}
	return t, nil
}

func (t *traces) know(r storedRunner) {
	if !t.ids[r.ID] {
		return
	}
	t.names = append(append(t.names, r.Name), r.Aliases...)
	t.births, t.licences = append(t.births, r.BirthDate.String()), append(t.licences, r.Licence)
	if t.born.IsZero() {
		t.born = r.BirthDate
	}
}

func (t *traces) learnFromEntry(e auditEntry) error {
	owner, err := e.owner()
	if err != nil {
		return err
	}
	if t.ids[owner] && (e.Kind == KindResult || e.Action != "split") {
		t.names = append(t.names, e.Object)
	}
	if e.Kind != KindRunner {
		return nil
	}
	for _, text := range []string{e.Before, e.After} {
		if text == "" {
			continue
		}
		runner, err := fromJSON[storedRunner](text)
		if err != nil {
			return err
		}
		t.know(runner)
	}
	return nil
}

func (t *traces) learnFromBin(content storedBin) {
	for _, runner := range content.allRunners() {
		t.know(*runner)
	}
}

// followMerges adds who was merged into the runner, and finds whom the runner
// was merged into. A runner that exists again was merged wrongly, and is another person.
func (t *traces) followMerges(ctx context.Context, q sqlx.ExtContext) error {
	const query = `
		SELECT a.object_id, a.after, (SELECT COUNT(*) FROM runners r WHERE r.id = a.object_id) AS living
		FROM audit_log a
		WHERE a.kind = 'runner' AND a.action = 'merge' AND a.id IN (SELECT audit_id FROM audit_runners WHERE runner_id IN (?))
		ORDER BY a.id DESC`
	type merge struct {
		ObjectID int64 `db:"object_id"`
		After    string
		Living   int
	}
	others := map[int64]bool{}
	for seen := 0; seen < len(t.ids); {
		seen = len(t.ids)
		merges, err := selectIn[merge](ctx, q, query, t.numbers())
		if err != nil {
			return err
		}
		for _, m := range merges {
			kept, err := fromJSON[storedMerge](m.After)
			if err != nil {
				return err
			}
			switch {
			case kept.MergedInto == 0:
			case t.ids[kept.MergedInto] && m.Living == 0:
				t.ids[m.ObjectID] = true
			case t.ids[m.ObjectID] && !t.ids[kept.MergedInto]:
				others[kept.MergedInto] = true
			}
		}
	}
	maps.DeleteFunc(others, func(id int64, _ bool) bool { return t.ids[id] })
	t.others = slices.Sorted(maps.Keys(others))
	return nil
}

func (t traces) numbers() []int64 { return slices.Sorted(maps.Keys(t.ids)) }

// wiped is how many rows are read at a time to be wiped.
const wiped = 500

// auditEntry is a row of the audit log with what may name somebody.
type auditEntry struct {
	ID, At                              int64
	Action, Kind, Object, Before, After string
	ObjectID                            int64 `db:"object_id"`
}

// owner is the runner whom an entry's object names: of a result, whose it is,
// or was before it went.
func (e auditEntry) owner() (int64, error) {
	if e.Kind != KindResult {
		return e.ObjectID, nil
	}
	text := e.After
	if text == "" {
		text = e.Before
	}
	if text == "" {
		return 0, nil
	}
	result, err := fromJSON[storedResult](text)
	return result.RunnerID, err
}

// auditEntries calls do for the entries that concern some runners, the oldest
// first.
func auditEntries(ctx context.Context, q sqlx.ExtContext, runners []int64, do func(auditEntry) error) error {
	const query = `
		SELECT id, at, action, kind, object_id, object, before, after
		FROM audit_log
		WHERE id > ? AND kind IN ('runner', 'contact', 'result') AND id IN (SELECT audit_id FROM audit_runners WHERE runner_id IN (?))
		ORDER BY id
		LIMIT ?`
	for last := int64(0); ; {
		part, args, err := sqlx.In(query, last, runners, wiped)
		if err != nil {
			return err
		}
		var entries []auditEntry
		if err := sqlx.SelectContext(ctx, q, &entries, sqlx.Rebind(sqlx.DOLLAR, part), args...); err != nil {
			return err
		}
		for _, entry := range entries {
			last = entry.ID
			if err := do(entry); err != nil {
				return err
			}
		}
		if len(entries) < wiped {
			return nil
		}
	}
}

// binRow is what lies in the bin of one deletion, merge or change.
type binRow struct {
	ID, At  int64
	Kind    BinKind
	Object  string
	Content string
	content storedBin
}

// binRows calls do for everything in the bin, which nothing lies in for long.
func binRows(ctx context.Context, q sqlx.ExtContext, do func(binRow) error) error {
	const query = `SELECT id, at, kind, object, content FROM bin WHERE id > $1 ORDER BY id LIMIT $2`
	for last := int64(0); ; {
		var rows []binRow
		if err := sqlx.SelectContext(ctx, q, &rows, query, last, wiped); err != nil {
			return err
		}
		for _, row := range rows {
			last = row.ID
			var err error
			if row.content, err = fromJSON[storedBin](row.Content); err != nil {
				return err
			}
			if err := do(row); err != nil {
				return err
			}
		}
		if len(rows) < wiped {
			return nil
		}
	}
}

func (s *storedBin) allRunners() []*storedRunner {
	var all []*storedRunner
	for _, runner := range []*storedRunner{s.Runner, s.Kept} {
		if runner != nil {
			all = append(all, runner)
		}
	}
	for i := range s.Runners {
		all = append(all, &s.Runners[i])
	}
	return all
}

func (s *storedBin) allContacts() []*storedContact {
	return slices.DeleteFunc([]*storedContact{s.Contacts.Gone, s.Contacts.Kept}, func(c *storedContact) bool { return c == nil })
}
