package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// wiped is how many rows are read at a time to be wiped.
const wiped = 500

// concerning is the condition on the audit log of what was done to some runners
// and to the results of some.
func concerning(runners, ofRunners []int64) (where string, args []any) {
	where, args = `kind IN ('runner', 'contact') AND object_id IN (?)`, []any{runners}
	for _, id := range ofRunners {
		pattern := fmt.Sprintf(`%%"RunnerID":%d,%%`, id)
		where += ` OR kind = 'result' AND (before LIKE ? OR after LIKE ?)`
		args = append(args, pattern, pattern)
	}
	return `(` + where + `)`, args
}

// wipeAuditLog withholds what the audit log says of a person. The deeds stay.
func (t traces) wipeAuditLog(ctx context.Context, tx *sqlx.Tx) error {
	where, args := concerning(append(t.numbers(), t.others...), t.numbers())
	query := `SELECT id, kind, object_id, object, before, after FROM audit_log WHERE id > ? AND ` + where + ` ORDER BY id LIMIT ?`
	const update = `UPDATE audit_log SET object = $1, before = $2, after = $3 WHERE id = $4`
	for last := int64(0); ; {
		part, values, err := sqlx.In(query, slices.Concat([]any{last}, args, []any{wiped})...)
		if err != nil {
			return err
		}
		var deeds []struct {
			ID                          int64
			Kind, Object, Before, After string
			ObjectID                    int64 `db:"object_id"`
		}
		if err := tx.SelectContext(ctx, &deeds, sqlx.Rebind(sqlx.DOLLAR, part), values...); err != nil {
			return err
		}
		for _, deed := range deeds {
			last = deed.ID
			if deed.Kind == "result" || t.ids[deed.ObjectID] {
				deed.Object = club.NameWithheld
			}
			before, err := t.withhold(deed.Before)
			if err != nil {
				return err
			}
			after, err := t.withhold(deed.After)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, update, deed.Object, before, after, deed.ID); err != nil {
				return err
			}
		}
		if len(deeds) < wiped {
			return nil
		}
	}
}

// wipeBin withholds what lies of a person in the bin. The merges by which they
// became one can't be undone any more.
func (t traces) wipeBin(ctx context.Context, tx *sqlx.Tx) error {
	const query = `SELECT id, kind, object, content FROM bin WHERE id > $1 ORDER BY id LIMIT $2`
	const update = `UPDATE bin SET object = $1, content = $2 WHERE id = $3`
	for last := int64(0); ; {
		var rows []struct {
			ID              int64
			Kind            BinKind
			Object, Content string
		}
		if err := tx.SelectContext(ctx, &rows, query, last, wiped); err != nil {
			return err
		}
		for _, row := range rows {
			last = row.ID
			content, empty, err := t.withoutChanges(row.Kind, row.Content)
			if err != nil {
				return err
			}
			if content, err = t.withhold(content); err != nil {
				return err
			}
			if content == row.Content {
				continue
			}
			statement, args := update, []any{t.inText(row.Object), content, row.ID}
			if row.Kind == BinnedMerge || empty {
				statement, args = `DELETE FROM bin WHERE id = $1`, args[2:]
			}
			if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
				return err
			}
		}
		if len(rows) < wiped {
			return nil
		}
	}
}

// withoutChanges is a change of many without what was changed of the person,
// so that the rest of it can be undone still; empty says that there is no rest.
// Anything else stays as it is.
func (t traces) withoutChanges(kind BinKind, content string) (left string, empty bool, err error) {
	if kind != BinnedChange {
		return content, false, nil
	}
	var change binContent
	if err := json.Unmarshal([]byte(content), &change); err != nil {
		return "", false, err
	}
	before := len(change.Runners) + len(change.Results)
	change.Runners = slices.DeleteFunc(change.Runners, func(r club.Runner) bool { return t.ids[r.ID] })
	change.Results = slices.DeleteFunc(change.Results, func(r club.Result) bool { return t.ids[r.RunnerID] })
	after := len(change.Runners) + len(change.Results)
	if after == before {
		return content, false, nil
	}
	left, err = asJSON(change)
	return left, after == 0 && change.Series == nil, err
}

// withhold is an object in JSON without what is personal of the person in it;
// the same text where there is nothing.
func (t traces) withhold(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	object, err := decode(text)
	if err != nil {
		return "", err
	}
	if !t.wipe(object) {
		return text, nil
	}
	return asJSON(object)
}

// decode reads an object in JSON; its numbers stay as they are written.
func decode(text string) (object any, err error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&object)
	return object, err
}

// withheld is what stands in the place of what is personal, in runners, results
// and contacts.
var (
	withheldRunner = map[string]any{
		"Name": club.NameWithheld, "Aliases": nil, "BirthDate": "", "Licence": "", "Visibility": club.Erased, "Hidden": true,
	}
	withheldOfRunner = map[string]any{
		"Category": "", "Club": "", "Email": "", "Phone": "", "EmergencyName": "", "EmergencyPhone": "", "Runner": club.NameWithheld,
	}
)

// wipe changes an object in place, and reports whether there was anything of
// the person in it.
func (t traces) wipe(object any) (found bool) {
	switch o := object.(type) {
	case []any:
		for _, item := range o {
			found = t.wipe(item) || found
		}
	case map[string]any:
		for _, item := range o {
			found = t.wipe(item) || found
		}
		switch _, isRunner := o["Aliases"]; {
		case t.isRunner(o):
			found = true
			replaceAll(o, withheldRunner)
		case t.isOfRunner(o):
			found = true
			replaceAll(o, withheldOfRunner)
		case isRunner && slices.Contains(t.others, number(o["ID"])):
			found = t.wipeMerged(o) || found
		}
	}
	return found
}

// isRunner and isOfRunner tell the person's record, and their results and
// contact, from those of others.
func (t traces) isRunner(o map[string]any) bool {
	_, aliases := o["Aliases"]
	return aliases && t.ids[number(o["ID"])]
}

func (t traces) isOfRunner(o map[string]any) bool { return t.ids[number(o["RunnerID"])] }

func sortedKeys(o map[string]any) []string { return slices.Sorted(maps.Keys(o)) }

// replaceAll puts values in the place of those that there are.
func replaceAll(object, with map[string]any) {
	for name, value := range with {
		if _, there := object[name]; there {
			object[name] = value
		}
	}
}

// wipeMerged takes from another runner what came of the person by a merge.
func (t traces) wipeMerged(runner map[string]any) (found bool) {
	for field, values := range map[string][]string{"BirthDate": t.births, "Licence": t.licences} {
		if value, ok := runner[field].(string); ok && slices.Contains(values, value) {
			runner[field], found = "", true
		}
	}
	aliases, _ := runner["Aliases"].([]any)
	left := slices.DeleteFunc(slices.Clone(aliases), func(alias any) bool {
		name, ok := alias.(string)
		return ok && t.isName(name)
	})
	runner["Aliases"] = left
	return found || len(left) < len(aliases)
}

func number(value any) int64 {
	n, _ := value.(json.Number)
	id, _ := n.Int64() // 0 is nobody
	return id
}
