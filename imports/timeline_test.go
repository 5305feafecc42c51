package imports_test

import (
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/imports"
	"runnerdb/queries/querytest"
)

// R103: a plan that was made while the records changed is not taken for one of
// the older state when the database is set back to that.
func TestFaultPlansMadeDuringALostChange(t *testing.T) {
	rounds := max(40, querytest.Rounds(40))
	const text = header + "1,1,Ann Abe,F,,,,40:00\n2,2,Ben Abe,M,,,,41:00\n"
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db, elsewhere := querytest.Open(t, location), querytest.Open(t, location)
			setBack := querytest.SetBack(t, location)
			records, draft := imports.Records{DB: db}, imports.Draft{ID: 1, Version: 1, Created: 1, File: sheet(t, text), Choices: bayRun}
			begun := time.Now()
			want := fingerprint(t, new(imports.DraftCache), records, draft)
			took := time.Since(begun)
			mixed := 0
			for range rounds {
				var cache imports.DraftCache
				var change sync.WaitGroup
				pause := time.Duration(rand.Int64N(int64(took)))
				change.Go(func() {
					time.Sleep(pause) // anywhere within the planning
					if _, err := elsewhere.CreateRunner(t.Context(), club.Runner{Name: "Ann Abe"}, secretary); err != nil {
						t.Error(err)
					}
				})
				if fingerprint(t, &cache, records, draft) != want {
					mixed++
				}
				change.Wait()
				setBack()
				if got := fingerprint(t, &cache, records, draft); got != want {
					t.Fatalf("after %d plans that saw the change, the plan is one of the lost timeline", mixed)
				}
			}
			if mixed == 0 && os.Getenv("ROUNDS") != "" {
				t.Error("no plan saw the change, so that the test can't fail")
			}
		})
	}
}

func fingerprint(t *testing.T, cache *imports.DraftCache, records imports.Records, draft imports.Draft) string {
	t.Helper()
	plan, err := cache.Plan(t.Context(), records, draft)
	if err != nil {
		t.Fatal(err)
	}
	return plan.Fingerprint()
}
