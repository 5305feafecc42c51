package imports_test

import (
	"fmt"
	"strings"
	"testing"

	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// What PostgreSQL knows of the size of its tables may be older than an import or
// an undo: it knows of an empty table then, and may look through all of it for
// each row.
func TestImportsOfTablesThatWereEmpty(t *testing.T) {
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
	looked := func(do func(db *queries.DB)) int64 {
		before := querytest.Blocks(t, location)
		db, err := queries.Open(t.Context(), location)
		if err != nil {
			t.Fatal(err)
		}
		do(db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		return querytest.Blocks(t, location) - before
	}
	var id int64
	store := func(db *queries.DB) {
		var plan *imports.Plan
		if id, plan = commit(t, db, text.String(), choices); plan.Count(imports.New) != rows {
			t.Fatalf("got %d new, want %d", plan.Count(imports.New), rows)
		}
	}
	undo := func(db *queries.DB) {
		if _, err := db.UndoImport(t.Context(), id, secretary); err != nil {
			t.Fatal(err)
		}
	}
	firstStored, firstUndone := looked(store), looked(undo)
	if again := looked(store); again > 2*firstStored {
		t.Errorf("storing it again looked at %d blocks, %d at first", again, firstStored)
	}
	// Somebody analysed the tables while the import was under way.
	querytest.Exec(t, location, `UPDATE pg_class SET reltuples = 0 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`)
	if again := looked(undo); again > 2*firstUndone {
		t.Errorf("undoing it again looked at %d blocks, %d at first", again, firstUndone)
	}
}
