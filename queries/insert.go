package queries

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// maxParameters is how many values one statement carries on SQLite, which
// takes 32,766; more than these make no difference.
const maxParameters = 1000

// inserter collects rows and stores them in as few steps as it takes.
type inserter struct {
	table   string
	columns []string
	values  []any
}

func newInserter(table string, columns ...string) inserter {
	return inserter{table: table, columns: columns}
}

func (i *inserter) add(values ...any) {
	if len(values) != len(i.columns) {
		panic(fmt.Sprintf("%d values for %d columns of %s", len(values), len(i.columns), i.table))
	}
	i.values = append(i.values, values...)
}

func (i inserter) into(ctx context.Context, engine engine, tx *sqlx.Tx) error {
	insert := i.insert
	if engine == postgresEngine {
		insert = i.copy
	}
	if len(i.values) == 0 {
		return nil
	}
	if err := insert(ctx, tx); err != nil {
		return fmt.Errorf("insert into %s: %w", i.table, err)
	}
	return nil
}

func (i inserter) insert(ctx context.Context, tx *sqlx.Tx) error {
	width := len(i.columns)
	perStatement := maxParameters / width * width
	for chunk := range slices.Chunk(i.values, perStatement) {
		if _, err := tx.ExecContext(ctx, i.statement(len(chunk)/width), chunk...); err != nil {
			return err
		}
	}
	return nil
}

// statement numbers no parameters: to SQLite $1 is a name, and looking up
// each of a thousand names takes longer than storing the rows.
func (i inserter) statement(rows int) string {
	row := "(" + strings.Repeat("?,", len(i.columns)-1) + "?)"
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES %s%s", i.table, strings.Join(i.columns, ", "),
		strings.Repeat(row+",", rows-1), row)
}

// copy streams the rows, which on PostgreSQL is several times as fast as
// inserting them.
func (i inserter) copy(ctx context.Context, tx *sqlx.Tx) (err error) {
	statement, err := tx.PrepareContext(ctx, fmt.Sprintf("COPY %s (%s) FROM STDIN", i.table, strings.Join(i.columns, ", ")))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	for row := range slices.Chunk(i.values, len(i.columns)) {
		if _, err := statement.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	_, err = statement.ExecContext(ctx)
	return err
}
