package queries_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// newest is the number of the newest migration.
const newest = 22

// Eight programs that start at once on an empty database each find it
// migrated, and every migration was applied once.
func TestMigrateAtOnce(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Empty(t, engine)
			applied := make([]int, 8)
			var group errgroup.Group
			for i := range applied {
				group.Go(func() error {
					db, err := queries.Open(t.Context(), location)
					if err != nil {
						return err
					}
					applied[i], err = db.Migrate(t.Context())
					return errors.Join(err, db.Ready(t.Context()), db.Close())
				})
			}
			if err := group.Wait(); err != nil {
				t.Fatal(err)
			}
			total := 0
			for _, n := range applied {
				total += n
			}
			if total != newest {
				t.Errorf("%v: %d migrations were applied, want %d", applied, total, newest)
			}
		})
	}
}

func TestReady(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			db := querytest.Open(t, querytest.Empty(t, engine))
			if err := db.Ready(t.Context()); !errors.Is(err, queries.ErrSchema) {
				t.Errorf("before migrating: got %v, want ErrSchema", err)
			}
			for range 2 {
				if _, err := db.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Ready(t.Context()); err != nil {
				t.Errorf("after migrating: %v", err)
			}
		})
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	for _, location := range []string{
		"postgres://nobody:geheim@127.0.0.1:1/none", "postgres://nobody:geheim@%zz/none", t.TempDir() + "/no/such/folder.db",
	} {
		_, err := queries.Open(t.Context(), location)
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: got %v", location, err)
		}
	}
}

// A path with signs that mean something in an address is just a path.
func TestSQLitePathIsTakenLiterally(t *testing.T) {
	path := t.TempDir() + "/a b?c=d#e%41.db"
	db := querytest.Open(t, path)
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := querytest.Open(t, path)
	if err := again.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
