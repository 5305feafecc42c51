package imports_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// writers keep changing the records, each on its own connections.
type writers struct {
	stop    context.CancelFunc
	all     sync.WaitGroup
	done    atomic.Int64
	longest atomic.Int64
}

// startWriters returns once every writer has changed something.
func startWriters(t *testing.T, location string, count int) *writers {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	w := &writers{stop: stop}
	var ready sync.WaitGroup
	for writer := range count {
		db := querytest.Open(t, location)
		ready.Add(1)
		once := sync.OnceFunc(ready.Done)
		w.all.Go(func() {
			defer once()
			for i := 0; ctx.Err() == nil; i++ {
				if !w.write(t, db, fmt.Sprintf("Storm %s %s", invented(writer), invented(i))) {
					return
				}
				once()
				select { // others come in between, as between people
				case <-ctx.Done():
				case <-time.After(3 * time.Millisecond):
				}
			}
		})
	}
	t.Cleanup(w.end)
	ready.Wait()
	return w
}

func (w *writers) write(t *testing.T, db *queries.DB, name string) bool {
	begun := time.Now()
	_, err := db.CreateRunner(t.Context(), club.Runner{Name: name}, secretary)
	if err != nil && !errors.Is(err, queries.ErrUnavailable) {
		t.Errorf("a writer: %v", err)
		return false
	}
	if took := int64(time.Since(begun)); took > w.longest.Load() {
		w.longest.Store(took)
	}
	if err == nil {
		w.done.Add(1)
	}
	return true
}

func (w *writers) end() {
	w.stop()
	w.all.Wait()
}

// sheetOf returns a sheet with a number of newcomers.
func sheetOf(rows int) string {
	var text strings.Builder
	text.WriteString("Pos,Name,Time\n")
	for i := range rows {
		fmt.Fprintf(&text, "%d,%s Abe,%d:%02d\n", i+1, invented(i+1), 40+i/600, i/10%60)
	}
	return text.String()
}

// While others keep changing the records, a long import waits its turn and is
// stored once.
func TestImportTakesItsTurn(t *testing.T) {
	const rows = 2400 // enough for others to write meanwhile on PostgreSQL
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			file := sheet(t, sheetOf(rows))
			records := imports.Records{DB: db}
			shown, err := imports.Make(t.Context(), records, file, bayRun)
			if err != nil {
				t.Fatal(err)
			}
			storm := startWriters(t, location, 3)
			begun := time.Now()
			id, plan, err := imports.Commit(t.Context(), records, imports.Order{File: file, Choices: bayRun, Shown: shown.Fingerprint()}, secretary)
			took := time.Since(begun)
			storm.end()
			if err != nil || id == 0 || plan.Count(imports.New) != rows {
				t.Fatalf("import %d: %v", id, err)
			}
			if again := makePlan(t, db, sheetOf(rows), bayRun); again.Count(imports.Present) != rows {
				t.Errorf("%d of %d rows are stored", again.Count(imports.Present), rows)
			}
			done, _, err := db.SheetImports(t.Context(), 0, 10)
			if err != nil || len(done) != 1 {
				t.Errorf("%d imports, %v; want 1", len(done), err)
			}
			t.Logf("stored in %v beside %d writes, of which the longest took %v", took.Round(time.Millisecond),
				storm.done.Load(), time.Duration(storm.longest.Load()).Round(time.Millisecond))
		})
	}
}

// What somebody agreed to is stored although unrelated records have changed, and
// asked for again where a result changed that it would replace.
func TestOnlyRelatedChangesAskAgain(t *testing.T) {
	t.Parallel()
	const before, after = header + "1,1,Ann Abe,F,,,,40:00\n", header + "1,1,Ann Abe,F,,,,39:00\n"
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		commit(t, db, before, bayRun)
		shown := makePlan(t, db, after, bayRun)
		expect(t, "corrected", shown, "changed")
		addRunner(t, db, club.Runner{Name: "Ben Abe"})
		stored := *shown.Rows[0].Stored
		stored.Net, stored.Gun = 0, 38*minute
		if err := db.UpdateResult(t.Context(), stored, secretary); err != nil {
			t.Fatal(err)
		}
		order := imports.Order{File: sheet(t, after), Choices: bayRun, Shown: shown.Fingerprint()}
		_, plan, err := imports.Commit(t.Context(), imports.Records{DB: db}, order, secretary)
		if !errors.Is(err, imports.ErrChanged) {
			t.Fatalf("a result that would be replaced was edited: got %v, want ErrChanged", err)
		}
		order.Shown = plan.Fingerprint()
		addRunner(t, db, club.Runner{Name: "Cyd Abe"})
		if _, _, err := imports.Commit(t.Context(), imports.Records{DB: db}, order, secretary); err != nil {
			t.Errorf("an unrelated runner was added: %v", err)
		}
	})
}
