package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
	"runnerdb/club"
)

// EraseRunner forgets a person for good. What is left is a runner without a
// name, with times and places. Everything else goes: name, birth date, licence,
// other names and contact, club and category as printed, and the same in the
// audit log, in the bin and with those who were merged with them. With a
// sealer, keyed hashes stay by which Suppressed knows them again. ErrStale as
// in UpdateRunner; ErrErased says that there is nothing left to erase.
//
// Whatever comes to hold names, beside the tables that are read here, is to be
// wiped here as well; a test looks through all tables.
func (db *DB) EraseRunner(ctx context.Context, id, version int64, sealer *accounts.Sealer, actor Actor) error {
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if err := db.takeYourTime(ctx, tx); err != nil {
			return err
		}
		runner, err := runnerAt(ctx, tx, id, version)
		if err != nil {
			return err
		}
		if runner.Visibility == club.Erased {
			return ErrErased
		}
		traces, err := tracesOf(ctx, tx, runner)
		if err != nil {
			return err
		}
		for _, wipe := range []func() error{
			func() error { return traces.suppress(ctx, tx, sealer) },
			func() error { return stripRunner(ctx, tx, id, actor) },
			func() error { return traces.wipeAliases(ctx, tx) },
			func() error { return traces.wipeAuditLog(ctx, tx) },
			func() error { return traces.wipeBin(ctx, tx) },
			func() error { return wipeImports(ctx, tx, append(traces.numbers(), traces.others...)) },
			func() error {
				return actor.note(ctx, tx, Deed{Action: "erase", Outcome: OK, Kind: "runner", ObjectID: id, Object: club.NameWithheld})
			},
		} {
			if err := wipe(); err != nil {
				return err
			}
		}
		return db.resultsChanged(ctx, tx, append(traces.others, id)...)
	})
	if err != nil {
		return fmt.Errorf("erase runner %d: %w", id, err)
	}
	return db.overwriteFreed(ctx)
}

// overwriteFreed lets SQLite write what was changed over what was there before,
// which lies beside it in the log of changes. PostgreSQL does so by itself, in
// time.
func (db *DB) overwriteFreed(ctx context.Context) error {
	if db.engine != sqliteEngine {
		return nil
	}
	if _, err := db.write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("overwrite what was erased: %w", classify(err))
	}
	return nil
}

// wipeImports forgets how some runners were spelt in sheets, how their results
// were before an import changed them, and the sheets that wait to be imported:
// their cells are packed, and any may name the person.
func wipeImports(ctx context.Context, tx *sqlx.Tx, runners []int64) error {
	for _, statement := range []string{
		`DELETE FROM spellings WHERE runner_id IN (?)`,
		`DELETE FROM import_contacts WHERE runner_id IN (?)`,
		`DELETE FROM import_changes WHERE result_id IN (SELECT id FROM results WHERE runner_id IN (?))`,
	} {
		query, args, err := sqlx.In(statement, runners)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM drafts`)
	return err
}

// stripRunner takes from a runner all that is personal.
func stripRunner(ctx context.Context, tx *sqlx.Tx, id int64, actor Actor) error {
	const runner = `
		UPDATE runners
		SET name = $1, search_key = $2, birth_date = NULL, licence = '', licence_key = '', visibility = 'erased',
			version = version + 1, updated_at = $3
		WHERE id = $4`
	if _, err := tx.ExecContext(ctx, runner, club.NameWithheld, club.Fold(club.NameWithheld), millis(actor.At), id); err != nil {
		return err
	}
	for _, statement := range []string{
		`UPDATE results SET category = '', category_position = 0, club = '', version = version + 1 WHERE runner_id = $1`,
		`DELETE FROM runner_aliases WHERE runner_id = $1`,
		`DELETE FROM runner_contacts WHERE runner_id = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, id); err != nil {
			return err
		}
	}
	return nil
}

// traces are by what a person is found in the audit log and in the bin.
type traces struct {
	// ids are the numbers of the runner and of those who were merged into it.
	ids map[int64]bool
	// others are the runners whom one of these was merged into once, wrongly.
	others []int64
	// names are all that the person was called, births and licences all that
	// stood in the record; born is the last that did.
	names    []string
	births   []string
	licences []string
	born     club.Date
}

func tracesOf(ctx context.Context, tx *sqlx.Tx, runner club.Runner) (traces, error) {
	t := traces{ids: map[int64]bool{runner.ID: true}, born: runner.BirthDate}
	if err := t.followMerges(ctx, tx); err != nil {
		return t, err
	}
	t.know(runner)
	t.names = append(t.names, runner.Aliases...)
	query, args, err := sqlx.In(`SELECT before, after FROM audit_log WHERE kind = 'runner' AND object_id IN (?) ORDER BY id`, t.numbers())
	if err != nil {
		return t, err
	}
	var deeds []struct{ Before, After string }
	if err := tx.SelectContext(ctx, &deeds, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return t, err
	}
	for _, deed := range deeds {
		for _, text := range []string{deed.Before, deed.After} {
			var was club.Runner
			if text == "" {
				continue
			}
			if err := json.Unmarshal([]byte(text), &was); err != nil {
				return t, err
			}
			t.know(was)
		}
	}
	for _, list := range []*[]string{&t.names, &t.births, &t.licences} {
		slices.Sort(*list)
		*list = slices.DeleteFunc(slices.Compact(*list), func(s string) bool { return s == "" || s == club.NameWithheld })
	}
	return t, nil
}

func (t *traces) know(r club.Runner) {
	t.names, t.births, t.licences = append(t.names, r.Name), append(t.births, r.BirthDate.String()), append(t.licences, r.Licence)
	if t.born.IsZero() {
		t.born = r.BirthDate
	}
}

// followMerges adds who was merged into the runner, and finds whom the runner
// was merged into. Who is there again was merged wrongly, and is another.
func (t *traces) followMerges(ctx context.Context, tx *sqlx.Tx) error {
	const query = `
		SELECT a.object_id, a.after, (SELECT COUNT(*) FROM runners r WHERE r.id = a.object_id) AS living
		FROM audit_log a
		WHERE a.kind = 'runner' AND a.action = 'merge' AND a.after LIKE '{"MergedInto":%'
		ORDER BY a.id DESC`
	var merges []struct {
		ObjectID int64 `db:"object_id"`
		After    string
		Living   int
	}
	if err := tx.SelectContext(ctx, &merges, query); err != nil {
		return err
	}
	kept := make([]mergedInto, len(merges))
	for i, merge := range merges { // the newest first: into whom somebody went comes before them
		if err := json.Unmarshal([]byte(merge.After), &kept[i]); err != nil {
			return err
		}
		if t.ids[kept[i].MergedInto] && merge.Living == 0 {
			t.ids[merge.ObjectID] = true
		}
	}
	for i, merge := range merges {
		if t.ids[merge.ObjectID] && !t.ids[kept[i].MergedInto] {
			t.others = append(t.others, kept[i].MergedInto)
		}
	}
	return nil
}

func (t traces) numbers() []int64 { return slices.Sorted(maps.Keys(t.ids)) }

// isName reports whether a name is one of the person's.
func (t traces) isName(name string) bool {
	key := club.Fold(name)
	return slices.ContainsFunc(t.names, func(known string) bool { return club.Fold(known) == key })
}

// wipeAliases takes the person's names from those whom they were merged into.
func (t traces) wipeAliases(ctx context.Context, tx *sqlx.Tx) error {
	for _, id := range t.others {
		var aliases []string
		if err := tx.SelectContext(ctx, &aliases, `SELECT name FROM runner_aliases WHERE runner_id = $1 ORDER BY name LIMIT 100`, id); err != nil {
			return err
		}
		for _, alias := range aliases {
			if !t.isName(alias) {
				continue
			}
			if _, err := tx.ExecContext(ctx, `DELETE FROM runner_aliases WHERE runner_id = $1 AND name = $2`, id, alias); err != nil {
				return err
			}
		}
	}
	return nil
}

// inText is a text with the person's names withheld.
func (t traces) inText(text string) string {
	byLength := slices.SortedFunc(slices.Values(t.names), func(a, b string) int { return len(b) - len(a) })
	for _, name := range byLength {
		text = strings.ReplaceAll(text, name, club.NameWithheld)
	}
	return text
}
