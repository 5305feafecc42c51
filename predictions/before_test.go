package predictions_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/predictions"
)

func pastRaces(minutes ...float64) []club.Performance {
	var all []club.Performance
	for i, m := range minutes {
		all = append(all, club.Performance{
			Result: club.Result{ID: int64(i + 1), Status: club.Finished, Net: club.FinishTimeOfMinutes(m), Counts: true},
			Race:   club.Race{ID: int64(i + 1), SeriesID: 1, HeldOn: club.Date{Year: 2015 + i, Month: 6, Day: 1}, Length: 10_000},
		})
	}
	return all
}

// The race itself, and later ones, don't change the prediction made before it.
func TestBeforeRaceKnowsNothingOfTheRace(t *testing.T) {
	runner := club.Runner{ID: 1, Sex: club.Female}
	first := pastRaces(50, 48, 51, 47, 49, 46)
	second := pastRaces(50, 48, 51, 47, 30, 90)
	race := first[4].Race
	a, okA, errA := predictions.BeforeRace(t.Context(), runner, first, race)
	b, okB, errB := predictions.BeforeRace(t.Context(), runner, second, race)
	if !okA || !okB || errA != nil || errB != nil {
		t.Fatalf("got %v %v, %v %v", okA, errA, okB, errB)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("the future changed it: %s", diff)
	}
	if a.Method != predictions.ARIMA || a.Races != 4 || a.Next.Lo95 >= a.Next.Time || a.Next.Time >= a.Next.Hi95 {
		t.Errorf("got %+v", a)
	}
	if m := a.Next.Time.Minutes(); m < 45 || m > 53 {
		t.Errorf("got %s", a.Next.Time)
	}
}

func TestBeforeRaceWithLittleOrNothing(t *testing.T) {
	runner := club.Runner{ID: 1, Sex: club.Male}
	all := pastRaces(50, 48)
	one, ok, err := predictions.BeforeRace(t.Context(), runner, all, all[1].Race)
	if !ok || err != nil || one.Method != predictions.ClubModel || one.Races != 1 || one.Next.Hi95 <= one.Next.Time {
		t.Errorf("from one race: got %+v, %v, %v", one, ok, err)
	}
	short, odd := all[1].Race, all[1].Race
	short.ShortCourse, odd.Length = true, 7_777
	for name, race := range map[string]club.Race{"the first race": all[0].Race, "a short course": short, "no standard distance": odd} {
		if got, ok, err := predictions.BeforeRace(t.Context(), runner, all, race); ok || err != nil {
			t.Errorf("%s: got %+v, %v, want nothing", name, got, err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	many := pastRaces(50, 48, 51, 47, 49)
	if _, ok, err := predictions.BeforeRace(gone, runner, many, many[4].Race); ok || err == nil {
		t.Errorf("out of time: got %v, %v, want the context's error", ok, err)
	}
}
