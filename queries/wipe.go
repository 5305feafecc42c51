package queries

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// wipeAuditLog withholds what the audit log says of a person. The entries stay.
func (t traces) wipeAuditLog(ctx context.Context, tx *sqlx.Tx) error {
	const update = `UPDATE audit_log SET object = $1, before = $2, after = $3 WHERE id = $4`
	return t.changedEntries(ctx, tx, func(e auditEntry) error {
		_, err := tx.ExecContext(ctx, update, e.Object, e.Before, e.After, e.ID)
		return err
	})
}

// changedEntries calls do for each entry of the audit log that says something
// personal, without it.
func (t traces) changedEntries(ctx context.Context, q sqlx.ExtContext, do func(auditEntry) error) error {
	return auditEntries(ctx, q, append(t.numbers(), t.others...), func(e auditEntry) error {
		clean, err := t.withholdEntry(e)
		if err != nil || clean == e {
			return err
		}
		return do(clean)
	})
}

// wipeBin withholds what lies of a person in the bin. The merges by which they
// became one can't be undone any more.
func (t traces) wipeBin(ctx context.Context, tx *sqlx.Tx) error {
	const update = `UPDATE bin SET object = $1, content = $2 WHERE id = $3`
	return binRows(ctx, tx, func(row binRow) error {
		clean, found := t.withholdRow(row)
		left := &clean.content
		dropped := row.Kind == BinnedChange && t.dropChanges(left)
		if !found && !dropped {
			return nil
		}
		nothingLeft := dropped && len(left.Runners)+len(left.Results) == 0 && left.Series == nil
		if row.Kind == BinnedMerge || nothingLeft {
			_, err := tx.ExecContext(ctx, `DELETE FROM bin WHERE id = $1`, row.ID)
			return err
		}
		content, err := asJSON(*left)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, update, clean.Object, content, row.ID)
		return err
	})
}

// withholdRow is what lies in the bin without what is personal in it, and
// whether there was anything. A change of many may have given results to the
// person, whom only its title names then.
func (t traces) withholdRow(row binRow) (clean binRow, found bool) {
	found = t.withholdBin(&row.content)
	if object := t.inText(row.Object); object != row.Object && (found || row.Kind == BinnedChange) {
		row.Object, found = object, true
	}
	return row, found
}

// fileName is where the name of a file is stored.
type fileName struct {
	where, list, update string
}

// fileNames are the places where the name of a file is stored, but for the
// sheets that wait to be imported.
var fileNames = []fileName{
	{"names of imported files", `SELECT id, name AS text FROM imports ORDER BY id`, `UPDATE imports SET name = $1 WHERE id = $2`},
	{"jobs", `SELECT id, title AS text FROM jobs WHERE kind = 'import' ORDER BY id`, `UPDATE jobs SET title = $1 WHERE id = $2`},
	{
		"audit log", `SELECT id, object AS text FROM audit_log WHERE kind IN ('import', 'job') ORDER BY id`,
		`UPDATE audit_log SET object = $1 WHERE id = $2`,
	},
}

// namedFile is one name of a file, by the number of its row.
type namedFile struct {
	ID   int64
	Text string
}

func (f fileName) rows(ctx context.Context, q sqlx.QueryerContext) (rows []namedFile, err error) {
	err = sqlx.SelectContext(ctx, q, &rows, f.list)
	return rows, err
}

// changedFileNames calls do for each name of a file that names the person, as
// it is without them.
func (t traces) changedFileNames(ctx context.Context, q sqlx.ExtContext, do func(place fileName, id int64, clean string) error) error {
	if len(t.names)+len(t.licences) == 0 {
		return nil
	}
	for _, place := range fileNames {
		rows, err := place.rows(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if clean := t.inFileName(row.Text); clean != row.Text {
				if err := do(place, row.ID, clean); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t traces) wipeFileNames(ctx context.Context, tx *sqlx.Tx) error {
	return t.changedFileNames(ctx, tx, func(place fileName, id int64, clean string) error {
		_, err := tx.ExecContext(ctx, place.update, clean, id)
		return err
	})
}

// wipeImports forgets how some runners were spelt in sheets, how their results
// were before an import changed them, and the sheets that wait to be imported:
// their cells are packed, and any may name the person.
func wipeImports(ctx context.Context, tx *sqlx.Tx, runners []int64) error {
	for _, statement := range []string{
		`DELETE FROM spellings WHERE runner_id IN (?)`,
		`DELETE FROM import_contacts WHERE runner_id IN (?)`,
		`DELETE FROM import_changes WHERE runner_id IN (?)`,
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
