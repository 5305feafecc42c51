package imports_test

import (
	"fmt"
	"strings"
	"testing"

	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// PostgreSQL knows of tables that were emptied by an undo that they hold
// nothing. It looked through all of an index for each result then.
func TestAnImportAfterOneThatWasUndone(t *testing.T) {
	t.Parallel()
	const rows = 6000
	var text strings.Builder
	text.WriteString(header)
	for i := range rows {
		fmt.Fprintf(&text, "%d,%d,%s %s,M,,,,%d:%02d:%02d\n", i+1, i+1, invented(i), invented(50_000+i), 1+i/3600, i/60%60, i%60)
	}
	choices := bayRun
	choices.AcceptAll = true
	location := querytest.Location(t, querytest.Postgres)
	once := func() (looked int64) {
		before := querytest.Blocks(t, location, "runners_by_search_key")
		db, err := queries.Open(t.Context(), location)
		if err != nil {
			t.Fatal(err)
		}
		id, plan := commit(t, db, text.String(), choices)
		if got := plan.Count(imports.New); got != rows {
			t.Fatalf("got %d new, want %d", got, rows)
		}
		if _, err := db.UndoImport(t.Context(), id, secretary); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		return querytest.Blocks(t, location, "runners_by_search_key") - before
	}
	first, second := once(), once()

	if second > 3*first {
		t.Errorf("looked at %d blocks of an index, %d at first", second, first)
	}
}
