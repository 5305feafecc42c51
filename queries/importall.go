package queries

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Source is a full export that is read again.
type Source interface {
	// Tables are the tables that it holds.
	Tables() []Table
	// Rows calls row for each row of a table. A value is its text, or nil.
	Rows(table string, row func(values []*string) error) error
}

// ErrUnknownTable says that an export holds what this program does not know.
var ErrUnknownTable = errors.New("the export holds what this version of the program does not know")

// importBatch is how many rows go into the database at once, and
// summaryBatch of how many runners is derived at once.
const importBatch, summaryBatch = 5000, 20_000

// Import fills an empty database with a full export: all of it, or nothing.
// progress, which may be nil, is told how many rows are stored. Errors are
// ErrNotEmpty, ErrUnknownTable, what the source says, and ErrInvalid or
// ErrExists where the rows don't fit together.
func (db *DB) Import(ctx context.Context, source Source, progress func(rows int)) error {
	if err := checkTables(source.Tables()); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if err := db.takeYourTime(ctx, tx); err != nil {
			return err
		}
		if err := db.lockEmpty(ctx, tx); err != nil {
			return err
		}
		done := 0
		for _, table := range portable {
			if err := db.importTable(ctx, tx, table, source, func(rows int) {
				if done += rows; progress != nil {
					progress(done)
				}
			}); err != nil {
				return fmt.Errorf("%s: %w", table.name, err)
			}
		}
		return db.finishImport(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if err := db.analyse(ctx); err != nil {
		return fmt.Errorf("import: %w", classify(err))
	}
	return nil
}

// checkTables refuses what would be lost without a word.
func checkTables(tables []Table) error {
	for _, table := range tables {
		i := slices.IndexFunc(portable, func(t portableTable) bool { return t.name == table.Name })
		if i < 0 {
			return fmt.Errorf("%w: %.60q", ErrUnknownTable, table.Name)
		}
		for j, column := range table.Columns {
			if !slices.Contains(portable[i].columnNames(), column) || slices.Contains(table.Columns[:j], column) {
				return fmt.Errorf("%w: %.60q in %s", ErrUnknownTable, column, table.Name)
			}
		}
	}
	return nil
}

// lockEmpty lets nobody else write any of the tables, if there is nothing in
// them.
func (db *DB) lockEmpty(ctx context.Context, tx *sqlx.Tx) error {
	names := make([]string, len(portable))
	for i, table := range portable {
		names[i] = table.name
	}
	if db.engine == postgresEngine { // SQLite lets nobody else write now
		if _, err := tx.ExecContext(ctx, `LOCK TABLE `+strings.Join(names, ", ")+` IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return err
		}
	}
	for _, name := range names {
		var found int
		if err := tx.GetContext(ctx, &found, `SELECT COUNT(*) FROM (SELECT 1 FROM `+name+` LIMIT 1) AS found`); err != nil {
			return err
		}
		if found > 0 {
			return fmt.Errorf("%w: there are rows in %s", ErrNotEmpty, name)
		}
	}
	return nil
}

func (db *DB) importTable(ctx context.Context, tx *sqlx.Tx, table portableTable, source Source, stored func(rows int)) error {
	i := slices.IndexFunc(source.Tables(), func(t Table) bool { return t.Name == table.name })
	if i < 0 {
		return nil
	}
	given := source.Tables()[i].Columns
	rows := newInserter(table.name, append(slices.Clone(given), table.derivedNames()...)...)
	width := len(rows.columns)
	store := func() error {
		count := len(rows.values) / width
		if err := rows.into(ctx, db.engine, tx); err != nil {
			return err
		}
		rows.values = rows.values[:0]
		stored(count)
		return nil
	}
	number := 0
	err := source.Rows(table.name, func(values []*string) error {
		number++
		if err := table.add(&rows, given, values); err != nil {
			return fmt.Errorf("row %d: %w", number, err)
		}
		if len(rows.values) < importBatch*width {
			return nil
		}
		return store()
	})
	if err != nil {
		return err
	}
	return store()
}

// add adds a row, with what is derived from it.
func (t portableTable) add(rows *inserter, given []string, values []*string) error {
	if len(values) != len(given) {
		return fmt.Errorf("%d values for %d columns", len(values), len(given))
	}
	parsed := make([]any, 0, len(rows.columns))
	for i, name := range given {
		j := slices.Index(t.columnNames(), name)
		value, err := t.columns[j].kind.parse(values[i])
		if err != nil {
			return fmt.Errorf("%s: %w: %w", name, ErrInvalid, err)
		}
		parsed = append(parsed, value)
	}
	text := func(column string) string {
		if i := slices.Index(given, column); i >= 0 && values[i] != nil {
			return *values[i]
		}
		return ""
	}
	for _, column := range t.derived {
		parsed = append(parsed, column.derive(text))
	}
	rows.add(parsed...)
	return nil
}

func (t portableTable) derivedNames() []string {
	names := make([]string, len(t.derived))
	for i, column := range t.derived {
		names[i] = column.name
	}
	return names
}

// finishImport derives what the export left out, and lets every process look.
func (db *DB) finishImport(ctx context.Context, tx *sqlx.Tx) error {
	if err := db.analyseRecords(ctx, tx); err != nil {
		return err
	}
	var last int64
	if err := tx.GetContext(ctx, &last, `SELECT COALESCE(MAX(id), 0) FROM runners`); err != nil {
		return err
	}
	for after := int64(0); after < last; {
		var next int64
		const query = `SELECT COALESCE(MAX(id), 0) FROM (SELECT id FROM runners WHERE id > $1 ORDER BY id LIMIT $2) AS batch`
		if err := tx.GetContext(ctx, &next, query, after, summaryBatch); err != nil {
			return err
		}
		if err := summarise(ctx, tx, after+1, next); err != nil {
			return err
		}
		after = next
	}
	var numbered []string
	for _, table := range portable {
		if table.columns[0].name == "id" {
			numbered = append(numbered, table.name)
		}
	}
	if err := db.renumber(ctx, tx, numbered...); err != nil {
		return err
	}
	if err := db.linkAuditEntries(ctx, tx, 0, math.MaxInt64); err != nil {
		return err
	}
	if err := bumpResults(ctx, tx); err != nil {
		return err
	}
	if _, err := bumpRevision(ctx, tx, "settings"); err != nil {
		return err
	}
	return bumpEverything(ctx, tx)
}
