package queries_test

import (
	"slices"
	"strings"
	"testing"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// A full export holds every table and every column, but for those that are
// left out for a reason: nothing new is forgotten.
func TestEveryColumnIsExportedOrLeftOutForAReason(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		held, derived, leftOut := queries.Portable()
		columns, err := queries.SchemaColumns(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		if len(columns) < len(held) {
			t.Fatalf("the schema has %d columns, fewer than an export holds", len(columns))
		}
		reasons := map[string]bool{}
		for _, column := range columns {
			table, _, _ := strings.Cut(column, ".")
			inside := slices.Contains(held, column)
			outside := false
			for _, name := range []string{table, column} {
				if leftOut[name] != "" {
					outside, reasons[name] = true, true
				}
			}
			if inside == outside {
				t.Errorf("%s: exported %v, left out %v; want one of the two: add it to portable or to notPortable, and to docs/export.md", column, inside, outside)
			}
			if slices.Contains(derived, column) && inside {
				t.Errorf("%s is exported and derived", column)
			}
		}
		for _, column := range append(held, derived...) {
			if !slices.Contains(columns, column) {
				t.Errorf("%s is no column", column)
			}
		}
		for name := range leftOut {
			if !reasons[name] {
				t.Errorf("%s is left out, and is not there", name)
			}
		}
	})
}
