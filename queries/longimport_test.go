package queries_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// longRows is enough for an import that lets others write while it is stored, and
// whose first rows are stored before the last one comes.
const longRows = 5002

// pausedImport is a long import of new runners into race 1, and of a new race of
// the series, which waits at its last row until the test lets it go on.
type pausedImport struct {
	reached chan struct{}
	goOn    chan struct{}
	stored  chan error
}

func startPausedImport(t *testing.T, db *queries.DB) pausedImport {
	t.Helper()
	seen, err := db.RecordsAt(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := pausedImport{make(chan struct{}), make(chan struct{}), make(chan error, 1)}
	im := queries.Import{
		Name: "sheet.csv", Seen: seen, Digest: "the same",
		Races:       []club.Race{{ID: 1}, {Name: "Harbour Ten", HeldOn: club.Date{Year: 2025, Month: time.May, Day: 4}, Length: 21_100}},
		RunnerCount: longRows, AddedCount: longRows,
		Runners: func(yield func(club.Runner) bool) {
			for i := range longRows {
				if !yield(club.Runner{Name: "Imported " + strings.Repeat("x", i%50+1), Sex: club.Male}) {
					return
				}
			}
		},
		Added: func(yield func(queries.AddedResult) bool) {
			for i := range longRows {
				if i == longRows-1 {
					p.reached <- struct{}{}
					<-p.goOn
				}
				result := club.Result{Status: club.Finished, Net: club.FinishTime(2_000_000 + i), Club: "Harbour AC"}
				if !yield(queries.AddedResult{Result: result, Race: i % 2, Runner: i}) {
					return
				}
			}
		},
	}
	im.Replan = func(ctx context.Context) (queries.Import, error) {
		again := im
		again.Seen, err = db.RecordsAt(ctx)
		return again, err
	}
	go func() {
		_, err := db.StoreImport(t.Context(), im, anActor)
		p.stored <- err
	}()
	<-p.reached
	return p
}

// Somebody who needs what a long import has taken is told so soon, and nobody
// else is held up by that.
func TestALongImportHoldsUpNobodyElse(t *testing.T) {
	location := querytest.Location(t, querytest.Postgres)
	db := querytest.Open(t, location)
	querytest.Load(t, db, stormClub())
	p := startPausedImport(t, db)
	race, err := db.Race(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	race.Length = 10_010
	blocked := make(chan error)
	for range 3 {
		go func() { blocked <- db.UpdateRace(t.Context(), race, anActor) }()
	}
	for i := range 10 {
		runner, err := db.AnyRunner(t.Context(), 12)
		if err != nil {
			t.Fatal(err)
		}
		runner.BirthDate = club.Date{Year: 1970, Month: time.March, Day: i + 1}
		if err := db.UpdateRunner(t.Context(), runner, anActor); err != nil {
			t.Errorf("an edit that has nothing to do with the import: %v", err)
		}
		if _, err := db.CreateRace(t.Context(), club.Race{Name: "Harbour Ten", HeldOn: club.Date{Year: 2026, Month: time.May, Day: i + 1}, Length: 5000}, anActor); err != nil {
			t.Errorf("another race of the series: %v", err)
		}
	}
	for range 3 {
		if err := <-blocked; !errors.Is(err, queries.ErrUnavailable) {
			t.Errorf("the race that is imported into: got %v, want to be told to come back", err)
		}
	}
	close(p.goOn)
	if err := <-p.stored; err != nil {
		t.Errorf("the import: %v", err)
	}
}

// R106: what changes while a long import is stored counts for what is derived
// of its runners.
func TestALongImportDerivesFromWhatChangedMeanwhile(t *testing.T) {
	changes := map[string]func(ctx context.Context, db *queries.DB) error{
		"the club's spellings": func(ctx context.Context, db *queries.DB) error {
			return db.SetSettings(ctx, queries.Settings{Spellings: []string{"Other AC"}}, anActor)
		},
		"a race that is a short course": func(ctx context.Context, db *queries.DB) error {
			race, err := db.Race(ctx, 1)
			race.ShortCourse = true
			return errors.Join(err, db.UpdateRace(ctx, race, anActor))
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			location := querytest.Location(t, querytest.Postgres)
			db := querytest.Open(t, location+"&lock_timeout=0&statement_timeout=0")
			querytest.Load(t, db, stormClub())
			p := startPausedImport(t, db)
			release := queries.HoldRecords(t, db)
			changed := make(chan error)
			go func() { changed <- change(t.Context(), db) }()
			queries.AwaitRecordsWaiters(t, db, 1)
			close(p.goOn)
			queries.AwaitRecordsWaiters(t, db, 2)
			release() // the change comes first, and the import has derived already
			if err := errors.Join(<-changed, <-p.stored); err != nil {
				t.Fatal(err)
			}
			before := querytest.Stored(t, location)
			if err := db.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			after := querytest.Stored(t, location)
			for _, table := range derivedTables {
				if !slices.Equal(before[table], after[table]) {
					diff := cmp.Diff(after[table], before[table])
					t.Errorf("%s (want, got):\n%.2000s", table, diff)
				}
			}
		})
	}
}
