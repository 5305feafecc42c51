package queries_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// smallClub has two runners called Thabo Nkosi, one of them with results.
func smallClub() queries.Batch {
	march := club.Date{Year: 2025, Month: time.March, Day: 2}
	return queries.Batch{
		Runners: []club.Runner{
			{ID: 1, Name: "Thabo Nkosi", Sex: club.Male, BirthDate: club.Date{Year: 1980, Month: 2, Day: 29}, Aliases: []string{"Tebza"}},
			{ID: 2, Name: "Thabo Nkosi"},
			{ID: 3, Name: "Zodwa Zulu", Visibility: club.Hidden},
		},
		Series: []club.Series{{ID: 1, Name: "Peninsula Marathon"}},
		Races: []club.Race{
			{ID: 1, SeriesID: 1, HeldOn: march, Length: 42_195},
			{ID: 2, SeriesID: 1, HeldOn: march.AddDays(364), Length: 42_195, ShortCourse: true},
			{ID: 3, SeriesID: 1, HeldOn: march.AddDays(728), Length: 42_195},
		},
		Results: []club.Result{
			{ID: 1, RunnerID: 1, RaceID: 1, Status: club.Finished, Net: 13_625_400, Gun: 13_700_000, Position: 12, Category: "40-49", Club: "RCS Gugulethu AC", Counts: true},
			{ID: 2, RunnerID: 1, RaceID: 2, Status: club.DidNotFinish, Category: "40-49", Club: "RCS Gugulethu AC", Counts: true},
			{ID: 3, RunnerID: 1, RaceID: 3, Status: club.DidNotStart, Category: "50-59", Club: "Nedbank", Counts: true},
		},
	}
}

func TestPerformancesNewestFirst(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		batch := smallClub()
		querytest.Load(t, db, batch)
		got, err := db.Performances(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		var want []club.Performance
		for i := range batch.Results {
			p := club.Performance{Result: batch.Results[i], Race: batch.Races[i]}
			p.Race.Name, p.Race.Version, p.Result.Version = "Peninsula Marathon", 1, 1
			want = append([]club.Performance{p}, want...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRunner(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		batch := smallClub()
		querytest.Load(t, db, batch)
		want := batch.Runners[0]
		want.Version = 1
		got, err := db.Runner(t.Context(), 1)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		for _, id := range []int64{3, 4, 0, -1, 1 << 62} {
			if _, err := db.Runner(t.Context(), id); !errors.Is(err, queries.ErrNotFound) {
				t.Errorf("runner %d: got %v, want ErrNotFound", id, err)
			}
		}
	})
}

func TestRunnersShowWhatTellsNamesakesApart(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, smallClub())
		want := []queries.RunnerHit{
			{
				ID: 1, Name: "Thabo Nkosi", SearchKey: "thabo nkosi", Sex: club.Male, Races: 2,
				LastRaceOn: club.Date{Year: 2026, Month: time.March, Day: 1}, Category: "50-59", Club: "Nedbank",
			},
			{ID: 2, Name: "Thabo Nkosi", SearchKey: "thabo nkosi"},
		}
		listed, more, err := db.Runners(t.Context(), 0, 10)
		if diff := cmp.Diff(want, listed); diff != "" || more || err != nil {
			t.Error(diff, more, err)
		}
		hits, more, err := db.SearchRunners(t.Context(), "nkosi", 10)
		var found []queries.RunnerHit
		for _, hit := range hits {
			found = append(found, hit.RunnerHit)
		}
		if diff := cmp.Diff(want, found); diff != "" || more || err != nil {
			t.Error(diff, more, err)
		}
		named, err := db.RunnersNamed(t.Context(), "THABO nkosi")
		if diff := cmp.Diff(want, named); diff != "" || err != nil {
			t.Error(diff, err)
		}
		first, more, err := db.Runners(t.Context(), 0, 1)
		if len(first) != 1 || !more || err != nil {
			t.Errorf("got %v, more %v, %v; want one runner and more", first, more, err)
		}
		if count, err := db.CountRunners(t.Context()); count != 2 || err != nil {
			t.Errorf("got %d, %v; want 2 visible runners", count, err)
		}
	})
}

func TestLoadReplacesWhatIsSeeded(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, smallClub())
		querytest.Load(t, db, queries.Batch{Runners: named("Ayanda Zulu")})
		hits, _, err := db.Runners(t.Context(), 0, 10)
		if err != nil || len(hits) != 1 || hits[0].Name != "Ayanda Zulu" {
			t.Errorf("got %v, %v", hits, err)
		}
		if name, err := db.Seeded(t.Context()); name != "test" || err != nil {
			t.Errorf("got %q, %v", name, err)
		}
	})
}

func TestInterruptedLoadCountsAsNone(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		l, err := db.StartLoad(t.Context(), "test", today)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Add(t.Context(), smallClub()); err != nil {
			t.Fatal(err)
		}
		if name, err := db.Seeded(t.Context()); name != "" || err != nil {
			t.Errorf("got %q, %v; want no finished load", name, err)
		}
		querytest.Load(t, db, queries.Batch{Runners: named("Ayanda Zulu")})
	})
}

// A batch that the database refuses leaves nothing behind.
func TestLoadIsAllOrNothing(t *testing.T) {
	broken := map[string]func(*queries.Batch){
		"finished without a time":  func(b *queries.Batch) { b.Results[0].Net, b.Results[0].Gun = 0, 0 },
		"unknown status":           func(b *queries.Batch) { b.Results[0].Status = "lost" },
		"nobody":                   func(b *queries.Batch) { b.Results[0].RunnerID = 99 },
		"a race that is not there": func(b *queries.Batch) { b.Results[0].RaceID = 99 },
		"no name":                  func(b *queries.Batch) { b.Runners[1].Name = "  " },
		"a day that never was":     func(b *queries.Batch) { b.Races[0].HeldOn.Month, b.Races[0].HeldOn.Day = 2, 30 },
		"no distance":              func(b *queries.Batch) { b.Races[0].Length = 0 },
		"a negative time":          func(b *queries.Batch) { b.Results[0].Net = -5 },
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		for name, breakIt := range broken {
			batch := smallClub()
			breakIt(&batch)
			l, err := db.StartLoad(t.Context(), "test", today)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Add(t.Context(), batch); !errors.Is(err, queries.ErrInvalid) {
				t.Errorf("%s: got %v, want ErrInvalid", name, err)
			}
			if count, err := db.CountRunners(t.Context()); count != 0 || err != nil {
				t.Errorf("%s: %d runners were left, %v", name, count, err)
			}
		}
	})
}

func TestTwoResultsInOneRaceAreRefused(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		batch := smallClub()
		batch.Results = append(batch.Results, batch.Results[0])
		batch.Results[3].ID = 4
		l, err := db.StartLoad(t.Context(), "test", today)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Add(t.Context(), batch); !errors.Is(err, queries.ErrExists) {
			t.Errorf("got %v, want ErrExists", err)
		}
	})
}

// Both databases give ties in one order.
func TestSearchOrderIsTheSameOnBoth(t *testing.T) {
	names := []string{"Zola Budd", "zola budd", "Żola Budd", "Zola Åkesson", "Zola Zulu", "Zola aap", "Zola-Ann Nel", "Zo La"}
	var orders [][]int64
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, queries.Batch{Runners: named(names...)})
		hits, _, err := db.SearchRunners(t.Context(), "zo", 20)
		if err != nil {
			t.Fatal(err)
		}
		var order []int64
		for _, hit := range hits {
			order = append(order, hit.ID)
		}
		orders = append(orders, order)
	})
	if len(orders) != 2 || !slices.Equal(orders[0], orders[1]) || len(orders[0]) != len(names) {
		t.Errorf("got %v", orders)
	}
}

// What somebody entered or changed is not taken away by a load.
func TestLoadLeavesOtherRecordsAlone(t *testing.T) {
	statements := map[string]string{
		"changed": `UPDATE runners SET name = 'Thabo Nkosi Jr', version = 2 WHERE id = 1`,
		"entered": `INSERT INTO series (id, name) VALUES (99, 'Our own race')`,
		"imported": `INSERT INTO imports (id, kind, status, name, created_at) VALUES (99, 'sheet', 'done', 'results.csv', 0);
			UPDATE results SET import_id = 99 WHERE id = 1`,
	}
	for _, engine := range querytest.Engines {
		for name, statement := range statements {
			t.Run(string(engine)+"/"+name, func(t *testing.T) {
				location := querytest.Location(t, engine)
				db := querytest.Open(t, location)
				querytest.Load(t, db, smallClub())
				querytest.Exec(t, location, statement)
				before := querytest.Stored(t, location)
				if _, err := db.StartLoad(t.Context(), "again", today); !errors.Is(err, queries.ErrNotSeeded) {
					t.Errorf("got %v, want ErrNotSeeded", err)
				}
				if diff := cmp.Diff(before, querytest.Stored(t, location)); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}
