package queries_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// threeRaces hold two finishes that count, one DNF and one that counts for
// nothing.
func threeRaces() queries.Batch {
	day := func(n int) club.Date { return club.Date{Year: 2020, Month: time.March, Day: 1}.AddDays(n) }
	return queries.Batch{
		Runners: []club.Runner{
			{ID: 1, Name: "Thandi Mokoena", Sex: club.Female, BirthDate: club.Date{Year: 1980, Month: time.May, Day: 2}},
			{ID: 2, Name: "Sipho Dube"},
		},
		Series: []club.Series{{ID: 1, Name: "Harbour Ten"}},
		Races: []club.Race{
			{ID: 1, SeriesID: 1, HeldOn: day(7), Length: 10_000},
			{ID: 2, SeriesID: 1, HeldOn: day(0), Length: 9_950},
			{ID: 3, SeriesID: 1, HeldOn: day(14), Length: 10_000, ShortCourse: true},
		},
		Results: []club.Result{
			{ID: 1, RunnerID: 1, RaceID: 1, Status: club.Finished, Net: 2_700_000, Gun: 2_710_000, Counts: true},
			{ID: 2, RunnerID: 2, RaceID: 1, Status: club.DidNotFinish, Counts: true},
			{ID: 3, RunnerID: 1, RaceID: 2, Status: club.Finished, Gun: 2_720_000},
			{ID: 4, RunnerID: 2, RaceID: 2, Status: club.Finished, Gun: 2_820_000, Counts: true},
		},
	}
}

func TestHistory(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, threeRaces())
		races, err := db.RacesBetween(t.Context(), 9_900, 10_100)
		if err != nil {
			t.Fatal(err)
		}
		if len(races) != 2 || races[0].ID != 2 || races[1].ID != 1 || races[0].Name != "Harbour Ten" {
			t.Errorf("got %+v", races)
		}
		got := map[int64][]queries.Finish{}
		for _, id := range []int64{1, 2} {
			if got[id], err = db.Finishes(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		want := map[int64][]queries.Finish{
			1: {{RunnerID: 1, Net: 2_700_000, Gun: 2_710_000, Sex: club.Female, BirthDate: club.Date{Year: 1980, Month: time.May, Day: 2}}},
			2: {{RunnerID: 2, Gun: 2_820_000}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhatWasLearned(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		ctx := t.Context()
		before, err := db.ResultsRevision(ctx)
		if err != nil {
			t.Fatal(err)
		}
		querytest.Load(t, db, threeRaces())
		revision, err := db.ResultsRevision(ctx)
		if err != nil || revision.Number != before.Number+1 || revision.Token == before.Token {
			t.Errorf("got revision %v after %v, %v", revision, before, err)
		}
		models := []queries.ClubModel{{Distance: "", Model: "{}"}, {Distance: "10k", Model: `{"q":1}`}}
		effects := []queries.RaceEffect{{RaceID: 1, Effect: `{"mean":0.02}`}, {RaceID: 99}}
		for range 2 {
			if err := db.SetClubModels(ctx, revision, models, effects, time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.AddBacktest(ctx, queries.Backtest{Results: revision, RunAt: time.Unix(2, 0), Report: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
		learned, err := db.Learned(ctx)
		if err != nil || learned.Results != revision || learned.BacktestResults != revision || learned.BacktestAt != 2000 {
			t.Errorf("got %+v, %v; want it to be of %v", learned, err, revision)
		}
		gotModels, err := db.ClubModels(ctx)
		if diff := cmp.Diff(models, gotModels); diff != "" || err != nil {
			t.Error(diff, err)
		}
		gotEffects, err := db.RaceEffects(ctx, 2)
		if diff := cmp.Diff(effects[:1], gotEffects); diff != "" || err != nil {
			t.Error(diff, err)
		}
		querytest.Load(t, db, threeRaces()) // a new load forgets
		if learned, err := db.Learned(ctx); err != nil || learned.Results != (queries.Revision{}) || learned.BacktestAt != 0 {
			t.Errorf("got %+v, %v; want nothing learned", learned, err)
		}
	})
}

func TestBacktestsAreKept(t *testing.T) {
	for _, engine := range querytest.Engines {
		location, ctx := querytest.Location(t, engine), t.Context()
		db := querytest.Open(t, location)
		if _, err := db.LastBacktest(ctx); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		var last queries.Backtest
		for i := range 25 {
			last = queries.Backtest{Results: queries.Revision{Number: int64(i)}, RunAt: time.Unix(int64(i), 0).UTC(), Report: []byte(`{"n":1}`)}
			if err := db.AddBacktest(ctx, last); err != nil {
				t.Fatal(err)
			}
		}
		got, err := db.LastBacktest(ctx)
		if diff := cmp.Diff(last, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if kept := querytest.Stored(t, location)["backtests"]; len(kept) != 20 {
			t.Errorf("%d are kept, want 20", len(kept))
		}
	}
}
