package queries_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R103: names that are loaded while they change are those of the revision that
// they go by. Newer ones would be found again once a restore brings that
// revision back.
func TestFaultNamesAreOfTheirRevision(t *testing.T) {
	const loads = 50
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			querytest.Load(t, db, smallClub())
			first, shown, err := queries.LoadNames(t.Context(), db, "tebza")
			if err != nil || !shown {
				t.Fatalf("%v, %v", shown, err)
			}
			stop := hideAndShow(t, querytest.Open(t, location), 1)
			defer stop()
			seen := map[queries.Revision]bool{}
			for range loads * querytest.Rounds(2) {
				at, shown, err := queries.LoadNames(t.Context(), db, "tebza")
				if err != nil {
					t.Fatal(err)
				}
				seen[at] = true
				if want := (at.Number-first.Number)%2 == 0; shown != want {
					t.Fatalf("revision %d after %d: shown is %v, want %v", at.Number, first.Number, shown, want)
				}
			}
			if len(seen) < 5 {
				t.Errorf("only %d revisions came by, so that the test can't fail", len(seen))
			}
		})
	}
}

// hideAndShow hides a runner and shows them again, in turn, until stopped.
func hideAndShow(t *testing.T, db *queries.DB, id int64) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() {
		for ctx.Err() == nil {
			runner, err := db.AnyRunner(context.WithoutCancel(ctx), id)
			if err != nil {
				t.Error(err)
				return
			}
			if runner.Visibility == club.Hidden {
				runner.Visibility = club.Shown
			} else {
				runner.Visibility = club.Hidden
			}
			if err := db.UpdateRunner(context.WithoutCancel(ctx), runner, queries.AtCommandLine(today)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	return func() { cancel(); work.Wait() }
}

// R103: every way to put older contents under a running process gives it
// another version, also at the same numbers: fresh at once, known soon.
func TestFaultSetBackMakesAVersion(t *testing.T) {
	actor := queries.AtCommandLine(today)
	for _, way := range querytest.WaysBack {
		t.Run(way.Name, func(t *testing.T) {
			location := querytest.Location(t, way.Engine)
			db := querytest.Open(t, location)
			querytest.Load(t, db, smallClub())
			setBack := way.Save(t, location)
			fresh := func() queries.Version {
				t.Helper()
				v, err := db.FreshVersion(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			first := fresh()
			names := map[queries.Version]string{}
			for round := range max(3, querytest.Rounds(2)) {
				name := "Lost " + string(rune('A'+round%26))
				if err := db.UpdateRunner(t.Context(), club.Runner{ID: 2, Name: name, Version: 1}, actor); err != nil {
					t.Fatal(err)
				}
				lost := fresh()
				if before, known := names[lost]; known || lost == first {
					t.Errorf("round %d: one version names %s and %s", round, before, name)
				}
				names[lost] = name
				setBack()
				if v := fresh(); v != first {
					t.Errorf("round %d: set back to %v, want %v", round, v, first)
				}
				waitFor(t, db, first)
			}
		})
	}
}

// R086: a program with schema 20 that serves on after the migration finds the
// row by which it knows that it must read all names again.
func TestTheProgramBeforeReloadsNames(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			querytest.Load(t, db, smallClub())
			number := func(name string) (found int64) {
				t.Helper()
				for _, row := range querytest.Stored(t, location)["revisions"] {
					if _, after, is := strings.Cut(row, `name="`+name+`" number="`); is {
						before, _, _ := strings.Cut(after, `"`)
						found, _ = strconv.ParseInt(before, 10, 64) // 0 is none
					}
				}
				return found
			}
			if err := db.UpdateRunner(t.Context(), club.Runner{ID: 2, Name: "Thabo Dube", Version: 1}, queries.AtCommandLine(today)); err != nil {
				t.Fatal(err)
			}
			if runners, reload := number("runners"), number("reload"); reload != runners-1 {
				t.Errorf("after one change: reload is %d, want %d", reload, runners-1)
			}
			if err := db.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if runners, reload := number("runners"), number("reload"); reload != runners || reload == 0 {
				t.Errorf("after everything has changed: reload is %d, want %d", reload, runners)
			}
		})
	}
}
