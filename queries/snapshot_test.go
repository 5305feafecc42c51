package queries_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// What is read from a snapshot is of one moment, also after others have changed
// it; the index of names stays the newest.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		by := queries.Actor{Name: "test", At: time.Now()}
		count := func(ctx context.Context) int {
			t.Helper()
			_, total, err := db.KeptRunners(ctx, queries.RunnerFilter{Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			return total
		}
		snapshot, err := db.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		within := snapshot.Context(t.Context())
		before := count(within)
		if _, err := db.CreateRunner(within, club.Runner{Name: "Later Runner"}, by); err != nil {
			t.Fatal(err)
		}
		if got := count(within); got != before {
			t.Errorf("the snapshot shows %d runners, want %d", got, before)
		}
		if got := count(t.Context()); got != before+1 {
			t.Errorf("others see %d runners, want %d", got, before+1)
		}
		if ids, err := db.NearlyNamed(within, "later runner"); err != nil || len(ids) != 1 {
			t.Errorf("the index of names: got %v, %v", ids, err)
		}
		second, err := db.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := db.Snapshot(impatient); !errors.Is(err, queries.ErrUnavailable) {
			t.Errorf("a third snapshot: got %v, want ErrUnavailable", err)
		}
		if err := errors.Join(snapshot.Close(), second.Close()); err != nil {
			t.Error(err)
		}
	})
}
