package predictions_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/predictions"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// hotDay is the edition of the Harbour Ten that everybody ran 8 % slower.
const hotDay = 6

// harbourTen is ten editions of one race run by 60 runners, and a half marathon
// by half of them.
func harbourTen() queries.Batch {
	rng := rand.New(rand.NewPCG(11, 12))
	batch := queries.Batch{Series: []club.Series{{ID: 1, Name: "Harbour Ten"}, {ID: 2, Name: "Harbour Half"}}}
	for edition := range 10 {
		batch.Races = append(batch.Races, club.Race{
			ID: int64(edition + 1), SeriesID: 1, Length: 10_000,
			HeldOn: club.Date{Year: 2010 + edition, Month: time.March, Day: 7},
		})
	}
	batch.Races = append(batch.Races, club.Race{ID: 11, SeriesID: 2, Length: 21_098, HeldOn: club.Date{Year: 2019, Month: time.August, Day: 4}})
	add := func(runner, race int64, minutes float64) {
		batch.Results = append(batch.Results, club.Result{
			ID: int64(len(batch.Results) + 1), RunnerID: runner, RaceID: race,
			Status: club.Finished, Net: club.FinishTimeOfMinutes(minutes), Counts: true,
		})
	}
	for runner := int64(1); runner <= 60; runner++ {
		batch.Runners = append(batch.Runners, club.Runner{ID: runner, Name: "Runner", Sex: []club.Sex{club.Female, club.Male}[runner%2]})
		level := 45 + 5*rng.NormFloat64()
		for edition := range 10 {
			minutes := level * (1 + 0.03*rng.NormFloat64())
			if edition == hotDay {
				minutes *= 1.08
			}
			add(runner, int64(edition+1), minutes)
		}
		if runner%2 == 0 {
			add(runner, 11, level*2.24)
		}
	}
	return batch
}

// The common effect of a race day is removed from past times, and a runner new
// to a distance is predicted from another one.
func TestLearnFromAll(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, harbourTen())
		clock := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		now := func() time.Time { return clock }
		if worked, err := predictions.Refresh(t.Context(), db, now, nil); err != nil || !worked {
			t.Fatal(worked, err)
		}
		if worked, err := predictions.Refresh(t.Context(), db, now, nil); err != nil || worked {
			t.Errorf("again: got %v, %v; want nothing to do", worked, err)
		}
		predictor := predictions.NewPredictor(db)
		p, err := predictor.For(t.Context(), 3, "10k", club.DateOf(clock))
		if err != nil {
			t.Fatal(err)
		}
		raw, adjusted := p.Series.Minutes()[hotDay], p.Adjusted[hotDay].Minutes()
		if ratio := raw / adjusted; ratio < 1.06 || ratio > 1.09 {
			t.Errorf("the hot day is taken for %.3f, want about 1.075", ratio)
		}
		if p.Best == "" || p.Outlooks[0].Club.Races < 20 {
			t.Errorf("no record: best %q, %+v", p.Best, p.Outlooks[0].Club)
		}
		half, err := predictor.For(t.Context(), 3, "21k", club.DateOf(clock))
		if err != nil {
			t.Fatal(err)
		}
		if ratio := half.Next.Time.Minutes() / p.Next.Time.Minutes(); half.Shown != predictions.OtherDistances || ratio < 2.15 || ratio > 2.35 {
			t.Errorf("%s: the half marathon takes %.3f as long, want about 2.24", half.Shown, ratio)
		}
	})
}

// A predictor that has already answered uses what was learnt since.
func TestPredictorForgetsWhatIsStale(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, harbourTen())
		predictor, today := predictions.NewPredictor(db), club.Date{Year: 2020, Month: time.January, Day: 1}
		predict := func() predictions.Prediction {
			t.Helper()
			p, err := predictor.For(t.Context(), 3, "10k", today)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if before := predict(); before.Adjusted != nil || before.Best != "" {
			t.Errorf("nothing is learned yet, but: %v, %q", before.Adjusted, before.Best)
		}
		if err := predictions.Learn(t.Context(), db, time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		learned := predict()
		if learned.Adjusted == nil {
			t.Error("what was learned is not used")
		}
		fresh, err := predictions.NewPredictor(db).For(t.Context(), 3, "10k", today)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fresh.Next, learned.Next); diff != "" {
			t.Error(diff)
		}
		querytest.Load(t, db, harbourTen())
		if again := predict(); again.Adjusted != nil {
			t.Error("what was learned of records that are gone is still used")
		}
	})
}
