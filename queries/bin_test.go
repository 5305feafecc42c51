package queries_test

import (
	"errors"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// What was deleted and what was uploaded is there for its time, and not for
// longer.
func TestOldThingsAreForgotten(t *testing.T) {
	t.Parallel()
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		for _, at := range []time.Time{start, start.AddDate(0, 0, 10)} {
			by := queries.Actor{Name: "keeper", At: at}
			id, err := db.CreateRunner(t.Context(), club.Runner{Name: "Ann Abe"}, by)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.DeleteRunner(t.Context(), id, 1, by); err != nil {
				t.Fatal(err)
			}
			if _, err := db.CreateDraft(t.Context(), queries.Draft{Name: "bay.csv", Content: []byte("x"), Choices: "{}"}, by); err != nil {
				t.Fatal(err)
			}
		}
		for _, step := range []struct{ days, binned, drafts int }{{13, 2, 2}, {15, 2, 1}, {29, 2, 0}, {31, 1, 0}, {41, 0, 0}} {
			if err := db.ForgetOld(t.Context(), start.AddDate(0, 0, step.days)); err != nil {
				t.Fatal(err)
			}
			binned, _, err := db.Bin(t.Context(), 0, 10)
			if err != nil || len(binned) != step.binned {
				t.Errorf("after %d days: %d in the bin, %v, want %d", step.days, len(binned), err, step.binned)
			}
			drafts, err := db.Drafts(t.Context())
			if err != nil || len(drafts) != step.drafts {
				t.Errorf("after %d days: %d sheets, %v, want %d", step.days, len(drafts), err, step.drafts)
			}
		}
	})
}

// A result whose race or runner lies in the bin, too, is not put back alone.
func TestWhatIsRestoredMayBelongNowhere(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *queries.DB, _ string) {
		binID, err := db.DeleteResult(t.Context(), 101, 1, anActor)
		if err != nil {
			t.Fatal(err)
		}
		race, err := db.Race(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.DeleteRace(t.Context(), 1, race.Version, anActor); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Restore(t.Context(), binID, anActor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("got %v, want ErrStale", err)
		}
		result := club.Result{RunnerID: 1, RaceID: 1, Status: club.Finished, Net: 2_400_000}
		if _, err := db.CreateResult(t.Context(), result, anActor); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("a result in a race that lies in the bin: got %v, want ErrNotFound", err)
		}
	})
}
