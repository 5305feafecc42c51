package jobs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"runnerdb/imports"
	"runnerdb/jobs"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// A long sheet is imported behind the pages: once, and as it was shown.
func TestASheetIsImported(t *testing.T) {
	var sheet strings.Builder
	sheet.WriteString("Pos,Name,Time\n")
	for i := range 400 {
		fmt.Fprintf(&sheet, "%d,Ann Abe%c%c,%d:%02d\n", i+1, 'a'+rune(i/20), 'a'+rune(i%20), 40+i/60, i%60)
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		actor := queries.Actor{Name: "secretary", At: time.Now()}
		begin := func() imports.Draft {
			t.Helper()
			id, err := imports.Begin(t.Context(), db, imports.Upload{Name: "Bay Run 10km 2026-03-08.csv", Data: []byte(sheet.String())}, actor)
			if err != nil {
				t.Fatal(err)
			}
			draft, err := imports.Load(t.Context(), db, id)
			if err != nil {
				t.Fatal(err)
			}
			return draft
		}
		order := func(draft imports.Draft, shown string) int64 {
			t.Helper()
			id, err := db.Enqueue(t.Context(), jobs.Import(jobs.ImportOrder{Draft: draft.ID, Shown: shown, Actor: actor}, "bay.csv"), actor)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		draft := begin()
		plan, err := draft.Plan(t.Context(), imports.Records{DB: db})
		if err != nil {
			t.Fatal(err)
		}
		first := order(draft, plan.Fingerprint())
		again := jobs.Import(jobs.ImportOrder{Draft: draft.ID}, "bay.csv")
		if _, err := db.Enqueue(t.Context(), again, actor); !errors.Is(err, queries.ErrExists) {
			t.Errorf("twice at once: got %v, want ErrExists", err)
		}
		run(t, db, func(w *jobs.Worker) { jobs.HandleAsked(w, nil, time.Now) })
		if job := await(t, db, first, "done", in(queries.JobDone)); job.Result != "Import 1: 400 new runners, 0 results of known ones, 0 changed." {
			t.Errorf("got %+v", job)
		}
		if job := await(t, db, order(draft, plan.Fingerprint()), "refused", in(queries.JobFailed)); !strings.Contains(job.Result, "imported or discarded") {
			t.Errorf("the same again: got %+v", job)
		}
		if job := await(t, db, order(begin(), plan.Fingerprint()), "refused", in(queries.JobFailed)); !strings.Contains(job.Result, "have changed since the preview") {
			t.Errorf("another state of the records: got %+v", job)
		}
	})
}
