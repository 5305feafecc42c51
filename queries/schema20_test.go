package queries_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// cell is a column and its value in a row of querytest.Stored.
var cell = regexp.MustCompile(`(\w+)=("(?:[^"\\]|\\.)*")`)

// columnsOf returns the names of a stored row's columns.
func columnsOf(row string) (names []string) {
	for _, match := range cell.FindAllStringSubmatch(row, -1) {
		names = append(names, match[1])
	}
	return names
}

// project returns the rows with only the columns that both sides have, sorted.
func project(rows, columns []string) []string {
	projected := make([]string, len(rows))
	for i, row := range rows {
		var kept []string
		for _, match := range cell.FindAllStringSubmatch(row, -1) {
			if slices.Contains(columns, match[1]) {
				kept = append(kept, match[0])
			}
		}
		projected[i] = strings.Join(kept, " ")
	}
	slices.Sort(projected)
	return projected
}

// bookkeeping are the tables that say how the database stands, not what it
// holds: migration 21 replaces the revisions and empties what changed at them.
// Gains are derived anew, with a last digit of their own on PostgreSQL.
var bookkeeping = map[string]bool{"goose_db_version": true, "revisions": true, "runner_changes": true, "gains": true}

// Every row that the last program with schema 20 stored is there after all
// later migrations, with the same values in every column that remains.
func TestSchema20SurvivesMigrating(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location, _ := querytest.Schema20(t, engine)
			before := querytest.Stored(t, location)
			db := querytest.Open(t, location)
			applied, err := db.Migrate(t.Context())
			if err != nil || applied != newest-20 {
				t.Fatalf("%d migrations applied, %v; want %d", applied, err, newest-20)
			}
			if err := db.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			after := querytest.Stored(t, location)
			for table := range bookkeeping {
				delete(before, table)
			}
			for table, rows := range before {
				if len(rows) == 0 {
					t.Errorf("%s: the fixture has no row of it", table)
					continue
				}
				remain := columnsOf(rows[0])
				if len(after[table]) > 0 {
					now := columnsOf(after[table][0])
					remain = slices.DeleteFunc(remain, func(name string) bool { return !slices.Contains(now, name) })
				}
				if diff := cmp.Diff(project(rows, remain), project(after[table], remain)); diff != "" {
					t.Errorf("%s: rows before and after differ:\n%.2000s", table, diff)
				}
			}
		})
	}
}

// A database of schema 20 has no damage after it was migrated, and numbers its
// next rows after the old ones.
func TestSchema20IsSoundAfterMigrating(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location, at := querytest.Schema20(t, engine)
			db := querytest.Open(t, location)
			if _, err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			by := queries.Actor{Name: "test", At: at}
			stored := len(querytest.Stored(t, location)["runners"])
			if err := db.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			id, err := db.CreateRunner(t.Context(), club.Runner{Name: "After Migrating"}, by)
			if err != nil || id <= int64(stored) {
				t.Errorf("got runner %d, %v", id, err)
			}
			if e, err := queries.Examine(t.Context(), location, func() time.Time { return at }); err != nil || len(e.Damage) > 0 || e.Schema != e.Known {
				t.Errorf("got %+v, %v", e, err)
			}
		})
	}
}
