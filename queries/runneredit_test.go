package queries_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// twoProcesses runs a test on each database, opened twice: neither knows in
// memory what the other does.
func twoProcesses(t *testing.T, test func(t *testing.T, here, there *queries.DB)) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			here, there := querytest.Open(t, location), querytest.Open(t, location)
			for _, db := range []*queries.DB{here, there} {
				if err := db.WarmUp(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			test(t, here, there)
		})
	}
}

func found(t *testing.T, db *queries.DB, query string) string {
	t.Helper()
	hits, _, err := db.SearchRunners(t.Context(), query, 20)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, hit := range hits {
		names = append(names, fmt.Sprintf("%d %s", hit.ID, hit.Name))
	}
	return strings.Join(names, ", ")
}

func anyRunner(t *testing.T, db *queries.DB, id int64) club.Runner {
	t.Helper()
	runner, err := db.AnyRunner(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return runner
}

// Whatever changes a runner is seen by the next search, in the process that
// made the change and in every other.
func TestChangesAreFoundAtOnceEverywhere(t *testing.T) {
	twoProcesses(t, func(t *testing.T, here, there *queries.DB) {
		expect := func(query, want string) {
			t.Helper()
			for where, db := range map[string]*queries.DB{"here": here, "there": there} {
				if got := found(t, db, query); got != want {
					t.Errorf("%s, %q: got %q, want %q", where, query, got, want)
				}
			}
		}
		check := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		create := func(name string) {
			t.Helper()
			_, err := here.CreateRunner(t.Context(), club.Runner{Name: name, Licence: "WPA 4" + fmt.Sprint(len(name))}, actor)
			check(err)
		}
		expect("sipho", "")
		create("Sipho Dlamini")
		create("Sipo Xaba")
		expect("sipho", "1 Sipho Dlamini, 2 Sipo Xaba")
		sipho := anyRunner(t, here, 1)
		sipho.Name, sipho.Aliases = "Themba Nkosi", []string{"Tebza"}
		check(here.UpdateRunner(t.Context(), sipho, actor))
		expect("dlamini", "")
		expect("nkosi", "1 Themba Nkosi")
		expect("tebza", "1 Themba Nkosi")
		expect("wpa413", "1 Themba Nkosi")
		hidden := anyRunner(t, there, 2)
		hidden.Visibility = club.Hidden
		check(there.UpdateRunner(t.Context(), hidden, actor))
		expect("xaba", "")
		expect("49", "")
		hidden = anyRunner(t, there, 2)
		hidden.Visibility = club.Automatic
		check(here.UpdateRunner(t.Context(), hidden, actor))
		expect("xaba", "2 Sipo Xaba")
		before := [2]club.Runner{anyRunner(t, here, 1), anyRunner(t, here, 2)}
		merged, err := here.MergeRunners(t.Context(), before[0], before[1], actor)
		check(err)
		expect("xaba", "1 Themba Nkosi")
		restored, err := there.Restore(t.Context(), merged, actor)
		check(err)
		expect("xaba", "2 Sipo Xaba")
		expect("nkosi", "1 Themba Nkosi")
		if restored.Runner.Name != "Sipo Xaba" {
			t.Errorf("restored %q", restored.Runner.Name)
		}
		deleted, err := there.DeleteRunner(t.Context(), 1, anyRunner(t, here, 1).Version, actor)
		check(err)
		expect("nkosi", "")
		_, err = here.Restore(t.Context(), deleted, actor)
		check(err)
		expect("nkosi", "1 Themba Nkosi")
		if _, err = here.Restore(t.Context(), deleted, actor); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("restored twice: got %v, want ErrNotFound", err)
		}
		_, err = there.DeleteRunner(t.Context(), 1, anyRunner(t, here, 1).Version, actor)
		check(err)
		_, err = there.DeleteRunner(t.Context(), 2, anyRunner(t, here, 2).Version, actor)
		check(err)
		querytest.Load(t, here, queries.Batch{Runners: named("Karabo Khumalo"), Series: []club.Series{{ID: 1, Name: "Two Oceans"}}})
		expect("khumalo", "1 Karabo Khumalo")
		expect("nkosi", "")
	})
}

// A runner with many changes behind is found like any other: the index is
// built anew beside the searches, and once it is too far behind, before them.
func TestManyChanges(t *testing.T) {
	twoProcesses(t, func(t *testing.T, here, there *queries.DB) {
		const many = 700
		batch := queries.Batch{}
		for i := range many {
			batch.Runners = append(batch.Runners, club.Runner{ID: int64(i + 1), Name: fmt.Sprintf("Thabo Nkosi%d", i)})
		}
		querytest.Load(t, here, batch)
		for i := range many {
			runner := club.Runner{ID: int64(i + 1), Version: 1, Name: fmt.Sprintf("Sipho Zulu%d", i)}
			if err := here.UpdateRunner(t.Context(), runner, actor); err != nil {
				t.Fatal(err)
			}
			if i%100 == 0 || i == many-1 {
				query := fmt.Sprintf("zulu%d sipho", i)
				want := fmt.Sprintf("%d %s", runner.ID, runner.Name)
				if got := found(t, here, query); got != want && !strings.HasPrefix(got, want+",") {
					t.Fatalf("here, %q: got %q, want %q", query, got, want)
				}
			}
		}
		for _, db := range []*queries.DB{here, there} {
			if got := found(t, db, "thabo"); got != "" {
				t.Errorf("got %q, want nobody", got)
			}
			if got := found(t, db, "zulu699"); got != "700 Sipho Zulu699" {
				t.Errorf("got %q, want the last one", got)
			}
		}
	})
}

// R075 in so far as search shows it: who was told that a runner is stored
// finds that runner, while others write and search in two processes.
func TestSearchSeesWhatWasStoredBefore(t *testing.T) {
	twoProcesses(t, func(t *testing.T, here, there *queries.DB) {
		var group errgroup.Group
		for writer := range 4 {
			group.Go(func() error {
				stores, reads := here, there
				if writer%2 == 1 {
					stores, reads = there, here
				}
				for i := range 25 {
					name := fmt.Sprintf("Writer%d Number%d", writer, i)
					id, err := stores.CreateRunner(t.Context(), club.Runner{Name: name}, actor)
					if err != nil {
						return err
					}
					hits, _, err := reads.SearchRunners(t.Context(), name, 5)
					if err != nil {
						return err
					}
					if !slices.ContainsFunc(hits, func(h queries.FoundRunner) bool { return h.ID == id }) {
						return fmt.Errorf("%s was stored and is not found", name)
					}
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestMergeRunners(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		batch := smallClub()
		batch.Runners[1].Sex, batch.Runners[1].Licence = club.Male, "WPA 77"
		batch.Results = append(batch.Results,
			club.Result{ID: 4, RunnerID: 2, RaceID: 1, Status: club.Finished, Net: 1000, Counts: true},
			club.Result{ID: 5, RunnerID: 3, RaceID: 1, Status: club.Finished, Net: 1000, Counts: true})
		batch.Results[2].RunnerID = 2
		querytest.Load(t, db, batch)
		one, two := anyRunner(t, db, 1), anyRunner(t, db, 2)
		if _, err := db.MergeRunners(t.Context(), one, two, actor); !errors.Is(err, queries.ErrClash) {
			t.Errorf("both ran race 1: got %v, want ErrClash", err)
		}
		if diff := cmp.Diff(two, anyRunner(t, db, 2)); diff != "" {
			t.Errorf("a merge that failed changed something: %s", diff)
		}
		if _, err := db.MergeRunners(t.Context(), one, club.Runner{ID: 2, Version: 9}, actor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("another version: got %v, want ErrStale", err)
		}
		four, err := db.CreateRunner(t.Context(), club.Runner{Name: "T. Nkosi", Aliases: []string{"Tebza", "Thabs"}, Sex: club.Male, Licence: "WPA 9"}, actor)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.MergeRunners(t.Context(), two, anyRunner(t, db, four), actor); err != nil {
			t.Fatal(err)
		}
		want := two
		want.Aliases, want.Version = []string{"T. Nkosi", "Tebza", "Thabs"}, 2
		if diff := cmp.Diff(want, anyRunner(t, db, 2)); diff != "" {
			t.Error(diff)
		}
		if _, err := db.AnyRunner(t.Context(), four); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("who was merged away: got %v, want ErrNotFound", err)
		}
	})
}

func TestChangesNeedTheVersionThatWasRead(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		id, err := db.CreateRunner(t.Context(), club.Runner{Name: "Thabo Nkosi"}, actor)
		if err != nil {
			t.Fatal(err)
		}
		runner := anyRunner(t, db, id)
		runner.Name = "Thabo Zulu"
		if err := db.UpdateRunner(t.Context(), runner, actor); err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{
			"update": db.UpdateRunner(t.Context(), runner, actor),
			"delete": failed(db.DeleteRunner(t.Context(), id, runner.Version, actor)),
		} {
			if !errors.Is(err, queries.ErrStale) {
				t.Errorf("%s: got %v, want ErrStale", what, err)
			}
		}
		for what, err := range map[string]error{
			"update": db.UpdateRunner(t.Context(), club.Runner{ID: 99, Name: "A"}, actor),
			"delete": failed(db.DeleteRunner(t.Context(), 99, 1, actor)),
		} {
			if !errors.Is(err, queries.ErrNotFound) {
				t.Errorf("%s of nobody: got %v, want ErrNotFound", what, err)
			}
		}
		for _, name := range []string{"", "  ", strings.Repeat("a", 201)} {
			if _, err := db.CreateRunner(t.Context(), club.Runner{Name: name}, actor); !errors.Is(err, queries.ErrInvalid) {
				t.Errorf("%q: got %v, want ErrInvalid", name, err)
			}
		}
	})
}

func failed(_ int64, err error) error { return err }

// Rebuild mends what was changed behind the program's back, and disturbs
// nobody.
func TestRebuild(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			runners := named("Thabo Nkosi")
			for i := range 2500 {
				runners = append(runners, club.Runner{ID: int64(i + 2), Name: fmt.Sprintf("Filler%d", i), Licence: fmt.Sprintf("KZN %d", i+1000)})
			}
			querytest.Load(t, db, queries.Batch{Runners: runners})
			if got := found(t, db, "nkosi"); got != "1 Thabo Nkosi" {
				t.Fatalf("got %q", got)
			}
			querytest.Exec(t, location, "UPDATE runners SET name = 'Zodwa Zulu', licence = 'WPA 123', search_key = 'x', licence_key = 'x' WHERE id = 1")
			var steps []int
			stop := make(chan struct{})
			var group errgroup.Group
			group.Go(func() error {
				for {
					if hits, _, err := db.SearchRunners(t.Context(), "filler7", 5); err != nil || len(hits) == 0 {
						return fmt.Errorf("while it is rebuilt: %d hits, %w", len(hits), err)
					}
					select {
					case <-stop:
						return nil
					default:
					}
				}
			})
			err := db.Rebuild(t.Context(), func(done, total int) { steps = append(steps, done, total) })
			close(stop)
			if err := errors.Join(err, group.Wait()); err != nil {
				t.Fatal(err)
			}
			if want := []int{1000, 2501, 2000, 2501, 2501, 2501}; !slices.Equal(steps, want) {
				t.Errorf("progress: got %v, want %v", steps, want)
			}
			// Who searches while an index of all is loaded is answered by the one before.
			for patience := time.Now().Add(20 * time.Second); found(t, db, "nkosi") != "" && time.Now().Before(patience); {
				time.Sleep(20 * time.Millisecond)
			}
			for query, want := range map[string]string{"nkosi": "", "zulu": "1 Zodwa Zulu", "wpa 123": "1 Zodwa Zulu", "1000": "2 Filler0"} {
				if got := found(t, db, query); got != want {
					t.Errorf("%q: got %q, want %q", query, got, want)
				}
			}
			named, err := db.RunnersNamed(t.Context(), "zodwa zulu")
			if len(named) != 1 || err != nil {
				t.Errorf("by the whole name: got %v, %v", named, err)
			}
		})
	}
}

// A database from before the columns were derived gets them with the schema.
func TestMigrateDerives(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			runners := []club.Runner{{ID: 1, Name: "Thabo Nkosi", Licence: "WPA 123"}}
			for i := range 800 {
				runners = append(runners, club.Runner{ID: int64(i + 2), Name: fmt.Sprint("Filler", i), Licence: fmt.Sprint("KZN ", i+1000)})
			}
			querytest.Load(t, db, queries.Batch{Runners: runners})
			querytest.Exec(t, location, "UPDATE runners SET licence_key = '', search_key = 'x'")
			querytest.Exec(t, location, "UPDATE revisions SET number = 0 WHERE name = 'derived'")
			if _, err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			for query, want := range map[string]string{"wpa 123": "1 Thabo Nkosi", "kzn 1799": "801 Filler799"} {
				if got := found(t, db, query); got != want {
					t.Errorf("%q: got %q, want %q", query, got, want)
				}
			}
			if named, err := db.RunnersNamed(t.Context(), "filler 7"); len(named) != 0 || err != nil {
				t.Errorf("got %v, %v", named, err)
			}
			if named, err := db.RunnersNamed(t.Context(), "FILLER799"); len(named) != 1 || err != nil {
				t.Errorf("by the whole name: got %v, %v", named, err)
			}
		})
	}
}

func TestLicences(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, queries.Batch{Runners: []club.Runner{
			{ID: 1, Name: "Thabo Nkosi", Licence: "WPA 10401"},
			{ID: 2, Name: "Sipho Zulu", Licence: "KZN-10401"},
			{ID: 3, Name: "Nomsa Xaba", Licence: "110401"},
			{ID: 4, Name: "10401 Effort", Licence: "WPA 7"},
			{ID: 5, Name: "Hidden Child", Licence: "WPA 999", Visibility: club.Hidden},
		}})
		for query, want := range map[string]string{
			"10401":     "2 Sipho Zulu, 1 Thabo Nkosi, 4 10401 Effort",
			"wpa 10401": "1 Thabo Nkosi",
			"WPA10401":  "1 Thabo Nkosi",
			"w10401":    "1 Thabo Nkosi",
			"kzn 10401": "2 Sipho Zulu",
			"1040":      "4 10401 Effort",
			"0401":      "",
			"wpa 7":     "",
			"wpa 999":   "",
			"999":       "",
		} {
			if got := found(t, db, query); got != want {
				t.Errorf("%q: got %q, want %q", query, got, want)
			}
		}
	})
}

// R074: of many who save the same version at once, one does.
func TestOneSaveAVersion(t *testing.T) {
	twoProcesses(t, func(t *testing.T, here, there *queries.DB) {
		id, err := here.CreateRunner(t.Context(), club.Runner{Name: "Thabo Nkosi"}, actor)
		if err != nil {
			t.Fatal(err)
		}
		const savers, rounds = 25, 3
		for range rounds {
			runner := anyRunner(t, here, id)
			var saved atomic.Int64
			var group errgroup.Group
			for i := range 2 * savers {
				db := []*queries.DB{here, there}[i%2]
				mine := runner
				mine.Name = fmt.Sprint("Saver ", i)
				group.Go(func() error {
					err := db.UpdateRunner(t.Context(), mine, actor)
					if err == nil {
						saved.Add(1)
					} else if errors.Is(err, queries.ErrStale) {
						err = nil
					}
					return err
				})
			}
			if err := group.Wait(); err != nil {
				t.Error(err)
			}
			if got := saved.Load(); got != 1 {
				t.Errorf("%d saved one version, want 1", got)
			}
		}
	})
}
