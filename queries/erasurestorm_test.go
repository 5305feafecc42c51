package queries_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// Results are given neither to a runner who was erased nor taken from one.
func TestSplitsRefuseTheErased(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *queries.DB, _ string) {
		eraseSoon(t, db, 2)
		_, onto := db.SplitRunner(t.Context(), club.Runner{ID: 1}, club.Runner{ID: 2}, []queries.Seen{{ID: 101, Version: 1}}, anActor)
		_, from := db.SplitRunner(t.Context(), club.Runner{ID: 2}, club.Runner{Name: "Known Again"}, []queries.Seen{{ID: 201, Version: 2}}, anActor)
		if !errors.Is(onto, queries.ErrErased) || !errors.Is(from, queries.ErrErased) {
			t.Errorf("got %v and %v, want ErrErased", onto, from)
		}
	})
}

// R105: whatever is done to a runner while they are erased, and undone, nothing
// that they are called by is left.
func TestFaultErasureHoldsUnderEveryWrite(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *queries.DB, location string) {
		for round := range querytest.Rounds(2) {
			id, err := db.CreateRunner(t.Context(), club.Runner{Name: "Nomvula Qhayiya", Licence: "WPA 5551"}, eraser)
			tolerate(t, err)
			for race := int64(1); race <= 6; race++ {
				_, err := db.CreateResult(t.Context(), club.Result{RunnerID: id, RaceID: race, Status: club.Finished, Net: 2_500_000, Club: "Qhayiya Harriers", Counts: true}, eraser)
				tolerate(t, err)
			}
			var wg sync.WaitGroup
			for _, write := range writesAbout(db, id) {
				wg.Go(func() {
					for range 4 {
						tolerate(t, write(t))
					}
				})
			}
			wg.Go(func() { eraseSoon(t, db, id) })
			wg.Wait()
			for table, rows := range querytest.Stored(t, location) {
				if at := slices.IndexFunc(rows, func(row string) bool { return strings.Contains(strings.ToLower(row), "qhayiya") }); at >= 0 {
					t.Fatalf("round %d: %s still says %s", round, table, rows[at])
				}
			}
		}
	})
}

// writesAbout are changes of one runner and of their results, some of which are
// undone at once.
func writesAbout(db *queries.DB, id int64) []func(t *testing.T) error {
	seen := func(t *testing.T) (club.Runner, []queries.Seen) {
		runner, err := db.AnyRunner(t.Context(), id)
		tolerate(t, err)
		return runner, []queries.Seen{{ID: id, Version: runner.Version}}
	}
	aResult := func(t *testing.T) club.Result {
		performances, err := db.Performances(t.Context(), id)
		tolerate(t, err)
		if len(performances) == 0 {
			return club.Result{}
		}
		return performances[0].Result
	}
	undo := func(t *testing.T, done queries.Changed, err error) error {
		if err == nil && done.Undo != 0 {
			_, err = db.RestoreBatch(t.Context(), done.Undo, eraser)
		}
		return err
	}
	return []func(t *testing.T) error{
		func(t *testing.T) error {
			runner, _ := seen(t)
			runner.Aliases = []string{"Vula Qhayiya"}
			if err := db.UpdateRunner(t.Context(), runner, eraser); err != nil {
				return err
			}
			_, err := db.UndoUpdate(t.Context(), id, runner.Version+1, eraser)
			return err
		},
		func(t *testing.T) error {
			_, version := seen(t)
			done, err := db.HideRunners(t.Context(), version, true, eraser)
			return undo(t, done, err)
		},
		func(t *testing.T) error {
			result := aResult(t)
			result.Club = "Qhayiya AC"
			if err := db.UpdateResult(t.Context(), result, eraser); err != nil {
				return err
			}
			_, err := db.UndoResult(t.Context(), result.ID, result.Version+1, eraser)
			return err
		},
		func(t *testing.T) error {
			result := aResult(t)
			done, err := db.DeleteResults(t.Context(), []queries.Seen{{ID: result.ID, Version: result.Version}}, eraser)
			return undo(t, done, err)
		},
		func(t *testing.T) error {
			_, version := seen(t)
			done, err := db.ChangeResultsOf(t.Context(), version, "the club", eraser, func(r *club.Result) { r.Club = "Qhayiya Club" })
			return undo(t, done, err)
		},
		func(t *testing.T) error {
			_, err := db.ComputePlaces(t.Context(), 1, eraser)
			return err
		},
		func(t *testing.T) error {
			_, err := db.ExportPerson(t.Context(), id, eraser)
			return err
		},
		func(t *testing.T) error {
			runner, _ := seen(t)
			twin, err := db.CreateRunner(t.Context(), club.Runner{Name: "Passing Twin"}, eraser)
			if err != nil {
				return err
			}
			other, err := db.AnyRunner(t.Context(), twin)
			tolerate(t, err)
			if _, err = db.MergeRunners(t.Context(), runner, other, eraser); err != nil {
				_, gone := db.DeleteRunner(t.Context(), twin, 1, eraser)
				tolerate(t, gone)
			}
			return err
		},
	}
}
