package queries

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Table is a table of a full export.
type Table struct {
	Name    string
	Columns []string
}

// Export gives away all records, as they are at one moment, without what can
// be derived and without secrets: for each table begin is called, and what it
// gives back for each row, in a fixed order. A value is nil, a string, an int64,
// a bool or a club.Date; the slice is used again for the next row.
func (db *DB) Export(ctx context.Context, begin func(Table) (row func(values []any) error, err error)) error {
	err := db.inSnapshot(ctx, func(tx *sqlx.Tx) error {
		if err := db.takeYourTime(ctx, tx); err != nil {
			return err
		}
		for _, table := range portable {
			if err := db.exportTable(ctx, tx, table, begin); err != nil {
				return fmt.Errorf("%s: %w", table.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

func (db *DB) exportTable(ctx context.Context, tx *sqlx.Tx, t portableTable, begin func(Table) (func([]any) error, error)) error {
	row, err := begin(Table{t.name, t.columnNames()})
	if err != nil {
		return err
	}
	query := `SELECT ` + strings.Join(t.columnNames(), ", ") + ` FROM ` + t.name + ` ORDER BY ` + db.byteOrder(t)
	rows, err := tx.QueryxContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	scanners, values := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i, column := range t.columns {
		scanners[i] = column.kind.scanner()
	}
	for rows.Next() {
		if err := rows.Scan(scanners...); err != nil {
			return err
		}
		for i, scanned := range scanners {
			values[i] = value(scanned)
		}
		if err := row(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// byteOrder is the order of a table's rows, the same on both databases.
func (db *DB) byteOrder(t portableTable) string {
	order := slices.Clone(t.order)
	for i, name := range order {
		isText := slices.Contains(t.columns, portableColumn{name, textKind})
		if isText && db.engine == postgresEngine { // others go by the language
			order[i] += ` COLLATE "C"`
		}
	}
	return strings.Join(order, ", ")
}

func (t portableTable) columnNames() []string {
	names := make([]string, len(t.columns))
	for i, column := range t.columns {
		names[i] = column.name
	}
	return names
}

// SchemaVersion is that of this program's database.
func SchemaVersion() int64 { return newestMigration() }
