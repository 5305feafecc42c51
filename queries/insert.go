package queries

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
)

// maxParameters is how many values one statement may carry; SQLite takes
// 32,766, PostgreSQL 65,535.
const maxParameters = 20_000

// inserter collects rows and stores them in as few statements as it takes.
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

func (i inserter) into(ctx context.Context, tx *sqlx.Tx) error {
	width := len(i.columns)
	perStatement := maxParameters / width * width
	for rest := i.values; len(rest) > 0; {
		chunk := rest[:min(perStatement, len(rest))]
		rest = rest[len(chunk):]
		if _, err := tx.ExecContext(ctx, i.statement(len(chunk)/width), chunk...); err != nil {
			return fmt.Errorf("insert into %s: %w", i.table, err)
		}
	}
	return nil
}

func (i inserter) statement(rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", i.table, strings.Join(i.columns, ", "))
	parameter := 0
	for row := range rows {
		if row > 0 {
			b.WriteByte(',')
		}
		for column := range i.columns {
			parameter++
			b.WriteByte("(,"[min(column, 1)])
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(parameter))
		}
		b.WriteByte(')')
	}
	return b.String()
}
