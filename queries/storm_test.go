package queries_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// stormClub has 12 runners, each in the first 6 of 20 races.
func stormClub() queries.Batch {
	batch := queries.Batch{Series: []club.Series{{ID: 1, Name: "Harbour Ten"}}}
	for id := range int64(20) {
		held := club.Date{Year: 2021 + int(id)/6, Month: time.March, Day: 1}.AddDays(int(id) * 7)
		batch.Races = append(batch.Races, club.Race{ID: id + 1, SeriesID: 1, HeldOn: held, Length: 10_000})
	}
	for id := int64(1); id <= 12; id++ {
		batch.Runners = append(batch.Runners, club.Runner{ID: id, Name: "Runner Number " + strconv.FormatInt(id, 10), Sex: club.Female})
		for race := int64(1); race <= 6; race++ {
			batch.Results = append(batch.Results, club.Result{
				ID: id*100 + race, RunnerID: id, RaceID: race, Status: club.Finished, Net: club.FinishTime(2_400_000 + 1000*id + 7000*race), Counts: true,
			})
		}
	}
	return batch
}

// eachEngine runs a storm on both databases.
func eachEngine(t *testing.T, storm func(t *testing.T, db *queries.DB, location string)) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			querytest.Load(t, db, stormClub())
			storm(t, db, location)
		})
	}
}

// tolerate fails a test for every error but a refusal that people may meet.
func tolerate(t *testing.T, err error) {
	t.Helper()
	for _, refusal := range []error{nil, queries.ErrStale, queries.ErrExists, queries.ErrNotFound, queries.ErrErased, queries.ErrClash, context.Canceled} {
		if errors.Is(err, refusal) {
			return
		}
	}
	t.Error(err)
}

// R105: no write that names a runner ends after the erasure with the name in it.
func TestFaultErasureHoldsUnderWrites(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *queries.DB, location string) {
		for round := range querytest.Rounds(2) {
			id, err := db.CreateRunner(t.Context(), club.Runner{Name: "Nomvula Qhayiya"}, eraser)
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for race := int64(1); race <= 16; race++ {
				wg.Go(func() {
					result := club.Result{RunnerID: id, RaceID: race, Status: club.Finished, Net: 2_500_000, Club: "Qhayiya Harriers", Counts: true}
					_, err := db.CreateResult(t.Context(), result, eraser)
					tolerate(t, err)
					tolerate(t, db.SetContact(t.Context(), club.Contact{RunnerID: id, Email: "qhayiya@example.org"}, eraser))
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

func eraseSoon(t *testing.T, db *queries.DB, id int64) {
	for {
		runner, err := db.AnyRunner(t.Context(), id)
		if err == nil {
			err = db.EraseRunner(t.Context(), id, runner.Version, nil, eraser)
		}
		if !errors.Is(err, queries.ErrStale) {
			if err != nil {
				t.Error(err)
			}
			return
		}
	}
}

// derivedTables are the tables that are made of the records alone.
var derivedTables = []string{"runner_summaries", "runner_years", "marks", "gains", "runners"}

// R106: what is derived equals what is computed from scratch, whatever was
// written at once.
func TestFaultWhatIsDerivedIsRightAfterAStorm(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *queries.DB, location string) {
		for range querytest.Rounds(2) {
			var wg sync.WaitGroup
			for race := int64(7); race <= 20; race++ { // all for one runner
				wg.Go(func() {
					_, err := db.CreateResult(t.Context(), club.Result{RunnerID: 1, RaceID: race, Status: club.Finished, Net: 2_300_000, Counts: true}, anActor)
					tolerate(t, err)
				})
			}
			for worker := range uint64(4) {
				random := rand.New(rand.NewPCG(worker, 7))
				wg.Go(func() {
					for range 15 {
						writeSomething(t, db, random)
					}
				})
			}
			wg.Wait()
			before := querytest.Stored(t, location)
			if err := db.Rebuild(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			after := querytest.Stored(t, location)
			for _, table := range derivedTables {
				if diff := cmp.Diff(after[table], before[table]); diff != "" {
					t.Errorf("%s (want, got):\n%s", table, diff)
				}
			}
			if _, err := db.DeleteResults(t.Context(), resultsFrom(t, db, 7), anActor); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// resultsFrom returns runner 1's results in races from a number on.
func resultsFrom(t *testing.T, db *queries.DB, race int64) (seen []queries.Seen) {
	t.Helper()
	performances, err := db.Performances(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range performances {
		if p.Race.ID >= race {
			seen = append(seen, queries.Seen{ID: p.Result.ID, Version: p.Result.Version})
		}
	}
	return seen
}

// writeSomething makes one of the changes that officials make.
func writeSomething(t *testing.T, db *queries.DB, random *rand.Rand) {
	id := random.Int64N(12) + 1
	runner, err := db.AnyRunner(t.Context(), id)
	tolerate(t, err)
	results, _, err := db.KeptResults(t.Context(), random.Int64N(20)+1, 0, 10)
	tolerate(t, err)
	switch random.IntN(13) {
	default:
		changeMany(t, db, random, runner)
	case 0:
		runner.BirthDate = club.Date{Year: 1950 + random.IntN(50), Month: time.May, Day: 1}
		tolerate(t, db.UpdateRunner(t.Context(), runner, anActor))
	case 1:
		_, err := db.HideRunners(t.Context(), []queries.Seen{{ID: id, Version: runner.Version}}, random.IntN(2) == 0, anActor)
		tolerate(t, err)
	case 2, 3:
		for _, r := range results[:min(1, len(results))] {
			r.Net = club.FinishTime(2_000_000 + random.IntN(900_000))
			tolerate(t, db.UpdateResult(t.Context(), r.Result, anActor))
		}
	case 4:
		for _, r := range results[:min(1, len(results))] {
			binID, err := db.DeleteResult(t.Context(), r.ID, r.Version, anActor)
			tolerate(t, err)
			if err == nil {
				_, err = db.Restore(t.Context(), binID, anActor)
				tolerate(t, err)
			}
		}
	case 5:
		race, err := db.Race(t.Context(), random.Int64N(20)+1)
		tolerate(t, err)
		race.ShortCourse = !race.ShortCourse
		tolerate(t, db.UpdateRace(t.Context(), race, anActor))
	}
}

// changeMany makes one of the changes that touch several runners or races, and
// undoes some of them.
func changeMany(t *testing.T, db *queries.DB, random *rand.Rand, runner club.Runner) {
	ctx := t.Context()
	undo := func(done queries.Changed, err error) {
		tolerate(t, err)
		if err == nil && done.Undo != 0 {
			_, err := db.RestoreBatch(ctx, done.Undo, anActor)
			tolerate(t, err)
		}
	}
	performances, err := db.Performances(ctx, runner.ID)
	tolerate(t, err)
	race, err := db.Race(ctx, random.Int64N(20)+1)
	if err != nil {
		tolerate(t, err)
		return // it lies in the bin just now
	}
	switch random.IntN(7) {
	case 0:
		undo(db.DeleteRunners(ctx, []queries.Seen{{ID: runner.ID, Version: runner.Version}}, anActor))
	case 1:
		binID, err := db.DeleteRace(ctx, race.ID, race.Version, anActor)
		undo(queries.Changed{Undo: binID}, err)
	case 2:
		for _, p := range performances[:min(1, len(performances))] {
			undo(db.SplitRunner(ctx, runner, club.Runner{Name: "Split Off"}, []queries.Seen{{ID: p.Result.ID, Version: p.Result.Version}}, anActor))
		}
	case 3:
		twin, err := db.CreateRunner(ctx, club.Runner{Name: "Twin"}, anActor)
		tolerate(t, err)
		other, err := db.AnyRunner(ctx, twin)
		tolerate(t, err)
		binID, err := db.MergeRunners(ctx, other, runner, anActor)
		undo(queries.Changed{Undo: binID}, err)
	case 4:
		race.Name = []string{"Harbour Ten", "Hill Ten"}[random.IntN(2)]
		tolerate(t, db.UpdateRace(ctx, race, anActor))
	case 5:
		settings, err := db.Settings(ctx)
		tolerate(t, err)
		settings.Spellings = []string{[]string{"Harbour AC", "Hill AC"}[random.IntN(2)]}
		tolerate(t, db.SetSettings(ctx, settings, anActor))
	case 6:
		importOne(t, db, runner.ID, race.ID)
	}
}

// importOne imports a new runner and a result of a known one into a new race,
// and takes it back.
func importOne(t *testing.T, db *queries.DB, known, raceID int64) {
	seen, err := db.RecordsAt(t.Context())
	tolerate(t, err)
	race, err := db.Race(t.Context(), raceID)
	_, errRunner := db.AnyRunner(t.Context(), known)
	if err := errors.Join(err, errRunner); err != nil {
		tolerate(t, err)
		return // one of them lies in the bin just now
	}
	result := club.Result{Status: club.Finished, Net: 2_200_000, Club: "Hill AC"}
	ofKnown := result
	ofKnown.RunnerID = known
	id, err := db.StoreImport(t.Context(), queries.Import{
		Name: "sheet.csv", Seen: seen, RunnerCount: 1, AddedCount: 2,
		Races:   []club.Race{race, {Name: "Imported", HeldOn: club.Date{Year: 2026, Month: time.May, Day: 1}, Length: 10_000}},
		Runners: slices.Values([]club.Runner{{Name: "Imported", Sex: club.Male}}),
		Added: slices.Values([]queries.AddedResult{
			{Result: result, Runner: 0, Race: 0}, {Result: ofKnown, Runner: -1, Race: 1},
		}),
	}, anActor)
	tolerate(t, err)
	if err == nil {
		_, err = db.UndoImport(t.Context(), id, anActor)
		tolerate(t, err)
	}
}

// R107: nobody hears of a deadlock. Two edit races while two edit runners, one
// changes the settings and a job stores what it has learned.
func TestFaultEditorsMeetNoDeadlock(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *queries.DB, _ string) {
		var saved atomic.Int64
		save := func(err error) {
			tolerate(t, err)
			if err == nil {
				saved.Add(1)
			}
		}
		var wg sync.WaitGroup
		times := 10 * querytest.Rounds(2)
		for worker := range int64(2) {
			wg.Go(func() {
				for i := range times {
					race, err := db.Race(t.Context(), int64(i)%6+1)
					save(err)
					race.Length = club.Metres(10_000 + 10*worker + int64(i)%5)
					save(db.UpdateRace(t.Context(), race, anActor))
				}
			})
			wg.Go(func() {
				for i := range times {
					runner, err := db.AnyRunner(t.Context(), 12-int64(i)%12)
					save(err)
					runner.BirthDate = club.Date{Year: 1960 + i%40, Month: time.June, Day: 1 + int(worker)}
					save(db.UpdateRunner(t.Context(), runner, anActor))
				}
			})
		}
		wg.Go(func() {
			for range times {
				settings, err := db.Settings(t.Context())
				save(err)
				settings.Spellings = []string{"RCS Gugulethu AC"}
				save(db.SetSettings(t.Context(), settings, anActor))
			}
		})
		wg.Go(func() {
			for range times {
				revision, err := db.ResultsRevision(t.Context())
				save(err)
				save(db.SetClubModels(t.Context(), revision, []queries.ClubModel{{Distance: "10k", Model: "{}"}},
					[]queries.RaceEffect{{RaceID: 1, Effect: "{}"}, {RaceID: 2, Effect: "{}"}}, time.Now()))
			}
		})
		wg.Wait()
		t.Logf("%d of %d calls succeeded; the others were told of another editor", saved.Load(), 12*times)
	})
}

// A transaction that the database ended for a deadlock is run again: what it
// does comes out once, in the database and to the caller.
func TestTransactionsMayBeRunAgain(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			var stored [2]map[string][]string
			var told [2][]any
			for i := range stored {
				location := querytest.Location(t, engine)
				db := querytest.Open(t, location)
				querytest.Load(t, db, stormClub())
				if i == 1 {
					queries.RepeatTransactions(db)
				}
				told[i] = everyWrite(t, db)
				stored[i] = querytest.Stored(t, location)
			}
			if diff := cmp.Diff(told[0], told[1]); diff != "" {
				t.Errorf("what callers are told (once, twice):\n%s", diff)
			}
			for table := range stored[0] {
				if bookkeeping[table] || table == "runner_revisions" || table == "backtests" || table == "goose_db_version" {
					continue // random tokens and times of the clock
				}
				if diff := cmp.Diff(withoutIDs(stored[0][table]), withoutIDs(stored[1][table])); diff != "" {
					t.Errorf("%s (once, twice):\n%s", table, diff)
				}
			}
		})
	}
}

// everyWrite makes each kind of change of the records once, and returns what the
// callers are told.
func everyWrite(t *testing.T, db *queries.DB) (told []any) {
	t.Helper()
	ctx := t.Context()
	tell := func(err error, what ...any) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, what...)
	}
	seen := func(id int64) []queries.Seen {
		runner, err := db.AnyRunner(ctx, id)
		tell(err)
		return []queries.Seen{{ID: id, Version: runner.Version}}
	}
	_, err := db.CreateRunner(ctx, club.Runner{Name: "New Runner", Aliases: []string{"Newbie"}}, anActor)
	tell(err)
	raceID, err := db.CreateRace(ctx, club.Race{Name: "New Race", HeldOn: club.DayOf(today), Length: 5000}, anActor)
	tell(err)
	_, err = db.CreateResult(ctx, club.Result{RunnerID: 1, RaceID: raceID, Status: club.Finished, Net: 1_500_000, Counts: true}, anActor)
	tell(err)
	_, err = db.CreateRunnerWithResult(ctx, club.Runner{Name: "Fast Entry"}, club.Result{RaceID: raceID, Status: club.Finished, Net: 1_400_000}, nil, anActor)
	tell(err)
	runner, err := db.AnyRunner(ctx, 2)
	tell(err)
	runner.Name = "Renamed"
	tell(db.UpdateRunner(ctx, runner, anActor))
	back, err := db.UndoUpdate(ctx, 2, 2, anActor)
	tell(err, back.Name, back.Version)
	hidden, err := db.HideRunners(ctx, seen(3), true, anActor)
	tell(err, hidden.Count)
	deleted, err := db.DeleteRunners(ctx, append(seen(4), seen(5)...), anActor)
	tell(err, deleted.Count)
	restored, err := db.RestoreBatch(ctx, deleted.Undo, anActor)
	tell(err, restored.Count)
	changed, err := db.ChangeResultsOf(ctx, seen(6), "the club", anActor, func(r *club.Result) { r.Club = "Other AC" })
	tell(err, changed.Count)
	gone, err := db.DeleteResults(ctx, []queries.Seen{{ID: 701, Version: 1}, {ID: 702, Version: 1}}, anActor)
	tell(err, gone.Count)
	split, err := db.SplitRunner(ctx, club.Runner{ID: 8}, club.Runner{Name: "Split Off"}, []queries.Seen{{ID: 801, Version: 1}}, anActor)
	tell(err, split.Count)
	tell(db.SetContact(ctx, club.Contact{RunnerID: 9, Phone: "021"}, anActor))
	tell(db.SetContact(ctx, club.Contact{RunnerID: 9, Phone: "0215", Version: 1}, anActor))
	race, err := db.Race(ctx, 7)
	tell(err)
	_, err = db.DeleteRace(ctx, 7, race.Version, anActor)
	tell(err)
	places, err := db.ComputePlaces(ctx, 2, anActor)
	tell(err, places.Count)
	runner, err = db.AnyRunner(ctx, 10)
	tell(err)
	tell(db.EraseRunner(ctx, 10, runner.Version, nil, anActor))
	tell(db.SetSettings(ctx, queries.Settings{Spellings: []string{"X"}}, anActor))
	return told
}

// withoutIDs are rows without the numbers that a sequence gave: a transaction
// that is run again skips some.
func withoutIDs(rows []string) []string {
	kept := make([]string, len(rows))
	for i, row := range rows {
		kept[i] = numbered.ReplaceAllString(row, "")
	}
	slices.Sort(kept)
	return kept
}

var numbered = regexp.MustCompile(`\b(\w+_)?id="[^"]*"|\bbatch="[^"]*"|\b(before|after|content)="(?:[^"\\]|\\.)*"`)
