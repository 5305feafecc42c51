package queries_test

import (
	"errors"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func version(t *testing.T, db *queries.DB) queries.Version {
	t.Helper()
	v, err := db.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Whatever changes what public pages show makes another version of it, which
// who has the database open elsewhere learns.
func TestEveryChangeMakesAVersion(t *testing.T) {
	actor := queries.AtCommandLine(today)
	race := club.Race{Name: "New Race", HeldOn: club.Date{Year: 2026, Month: 1, Day: 1}, Length: 10_000}
	result := club.Result{RunnerID: 2, RaceID: 1, Status: club.Finished, Net: 14_000_000, Counts: true}
	changes := []struct {
		name string
		do   func(t *testing.T, db *queries.DB) error
	}{
		{"create a runner", func(t *testing.T, db *queries.DB) error {
			_, err := db.CreateRunner(t.Context(), club.Runner{Name: "New Runner"}, actor)
			return err
		}},
		{"update a runner", func(t *testing.T, db *queries.DB) error {
			return db.UpdateRunner(t.Context(), club.Runner{ID: 2, Name: "Thabo Ndlovu", Version: 1}, actor)
		}},
		{"create a race", func(t *testing.T, db *queries.DB) error {
			_, err := db.CreateRace(t.Context(), race, actor)
			return err
		}},
		{"create a result", func(t *testing.T, db *queries.DB) error {
			_, err := db.CreateResult(t.Context(), result, actor)
			return err
		}},
		{"compute places", func(t *testing.T, db *queries.DB) error {
			_, err := db.ComputePlaces(t.Context(), 1, actor)
			return err
		}},
		{"update a race", func(t *testing.T, db *queries.DB) error {
			changed, err := db.Race(t.Context(), 1)
			if err != nil {
				return err
			}
			changed.ShortCourse = !changed.ShortCourse
			return db.UpdateRace(t.Context(), changed, actor)
		}},
		{"change results", func(t *testing.T, db *queries.DB) error {
			now, err := db.Result(t.Context(), 1)
			if err != nil {
				return err
			}
			seen := []queries.Seen{{ID: 1, Version: now.Version}}
			_, err = db.ChangeResults(t.Context(), seen, "the club", actor, func(r *club.Result) { r.Club = "Harmony" })
			return err
		}},
		{"learn", func(t *testing.T, db *queries.DB) error {
			return db.SetClubModels(t.Context(), queries.Revision{Number: 1}, []queries.ClubModel{{Distance: "42k", Model: "{}"}}, nil, today)
		}},
		{"measure", func(t *testing.T, db *queries.DB) error {
			return db.AddBacktest(t.Context(), queries.Backtest{Results: queries.Revision{Number: 1}, RunAt: today, Report: []byte("{}")})
		}},
		{"delete a runner", func(t *testing.T, db *queries.DB) error {
			_, err := db.DeleteRunner(t.Context(), 1, 1, actor)
			return err
		}},
		{"restore", func(t *testing.T, db *queries.DB) error {
			binned, _, err := db.Bin(t.Context(), 0, 1)
			if err == nil {
				_, err = db.Restore(t.Context(), binned[0].ID, actor)
			}
			return err
		}},
		{"rebuild", func(t *testing.T, db *queries.DB) error { return db.Rebuild(t.Context(), nil) }},
	}
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db, elsewhere := querytest.Open(t, location), querytest.Open(t, location)
			querytest.Load(t, db, smallClub())
			for _, change := range changes {
				before := version(t, querytest.Open(t, location))
				if known := version(t, elsewhere); known != before {
					waitFor(t, elsewhere, before)
				}
				if err := change.do(t, db); err != nil {
					t.Fatalf("%s: %v", change.name, err)
				}
				after := version(t, querytest.Open(t, location))
				if after == before {
					t.Errorf("%s makes no other version", change.name)
				}
				waitFor(t, elsewhere, after)
			}
		})
	}
}

// waitFor waits until a version is known. That the wait is short a loaded
// machine can't promise; that it ends it can.
func waitFor(t *testing.T, db *queries.DB, want queries.Version) {
	t.Helper()
	for start := time.Now(); version(t, db) != want; runtime.Gosched() {
		if time.Since(start) > 20*time.Second {
			t.Fatal("another version is not learnt")
		}
	}
}

// While somebody asks, the version lies in memory: the database may be away.
func TestTheVersionLiesInMemory(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		const questions = 10_000
		reads, start := map[time.Time]bool{}, time.Now()
		for range questions {
			version(t, db)
			reads[queries.KnownSince(db)] = true
		}
		// One for the first question, one for each tick, and one for each time
		// that the machine was too busy for those.
		if most := 2 + 2*int(time.Since(start)/(100*time.Millisecond)+1); len(reads) > most {
			t.Errorf("%d questions were %d to the database, want at most %d", questions, len(reads), most)
		}
	})
}

func TestAClosedDatabaseIsNotWatched(t *testing.T) {
	for _, engine := range querytest.Engines {
		db, err := queries.Open(t.Context(), querytest.Location(t, engine))
		if err != nil {
			t.Fatal(err)
		}
		version(t, db)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if queries.Watching(db) {
			t.Errorf("%s: somebody still asks a closed database", engine)
		}
	}
}

// Who closes SQLite leaves the database alone, without a log beside it, whatever
// was asked of it.
func TestClosingLeavesOneFile(t *testing.T) {
	location := querytest.Location(t, querytest.SQLite)
	db, err := queries.Open(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	_, versionErr := db.Version(t.Context())
	_, freshErr := db.FreshVersion(t.Context())
	if err := errors.Join(versionErr, freshErr, db.Close()); err != nil {
		t.Fatal(err)
	}
	if files, err := filepath.Glob(location + "*"); err != nil || len(files) != 1 {
		t.Errorf("got %v, %v", files, err)
	}
}
