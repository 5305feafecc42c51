package imports_test

import (
	"errors"
	"testing"

	"runnerdb/club"
	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// A new plan is made if, and only if, the draft or the records have changed.
func TestDraftCache(t *testing.T) {
	t.Parallel()
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		var cache imports.DraftCache
		id, err := imports.Begin(t.Context(), db, imports.Upload{Name: "bay.csv", Data: []byte(header + "1,12,Sipho DLAMINI,M,30,RCS,,32:11\n")}, secretary)
		if err != nil {
			t.Fatal(err)
		}
		look := func() (imports.Draft, *imports.Plan) {
			t.Helper()
			draft, err := cache.Load(t.Context(), db, id)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := cache.Plan(t.Context(), imports.Records{DB: db}, draft)
			if err != nil {
				t.Fatal(err)
			}
			return draft, plan
		}
		draft, first := look()
		if _, again := look(); again != first {
			t.Error("the plan was made anew though nothing had changed")
		}
		draft.Choices = bayRun
		if err := draft.Choose(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		chosen, second := look()
		if second == first || chosen.Choices.Race != "Bay Run" || len(second.Problems) > 0 {
			t.Errorf("after a choice: got %+v, %v", chosen.Choices, second.Problems)
		}
		addRunner(t, db, club.Runner{Name: "Sipho Dlamini"})
		if _, third := look(); verdicts(third) != "matched" {
			t.Errorf("after a change of the records: got %s", verdicts(third))
		}
		if err := db.DeleteDraft(t.Context(), id, chosen.Version, secretary); err != nil {
			t.Fatal(err)
		}
		if _, err := cache.Load(t.Context(), db, id); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("after it was discarded: got %v, want ErrNotFound", err)
		}
	})
}
