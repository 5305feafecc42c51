package jobs_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"runnerdb/jobs"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// The search for traces starts by itself, once; it says what it found, in the
// log too, and cleans nothing.
func TestTracesOfErasedPeopleAreReported(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			querytest.Exec(t, location, `
				INSERT INTO runners (name, search_key, visibility, created_at, updated_at)
				VALUES ('Name withheld', 'name withheld', 'erased', 0, 0)`)
			querytest.Exec(t, location, `INSERT INTO runner_aliases (runner_id, name) VALUES (1, 'Nomsa Qwabe')`)
			_, log := run(t, db, func(w *jobs.Worker) { jobs.HandleOwn(w, nil, time.Now) })
			var (
				job queries.Job
				err error
			)
			for job.State != queries.JobDone {
				if job, err = db.LastJob(t.Context(), jobs.Traces.Kind); err != nil && !errors.Is(err, queries.ErrNotFound) {
					t.Fatal(err)
				}
			}
			if job.Result != "Runner 1 (other names: 1): open the record and choose Erase again." {
				t.Errorf("got %q", job.Result)
			}
			if !strings.Contains(log.String(), "traces of an erased runner") || strings.Contains(log.String(), "Qwabe") {
				t.Errorf("the log: %s", log)
			}
			if again, err := db.LastJob(t.Context(), jobs.Traces.Kind); err != nil || again.ID != job.ID {
				t.Errorf("got %+v, %v; want no other search", again, err)
			}
		})
	}
}
