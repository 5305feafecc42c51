package pooled

import (
	"math"
	"math/rand/v2"
	"testing"
)

func mustRun(t testing.TB, c Constants, obs []Observation) *Club {
	t.Helper()
	m, err := NewModel(c)
	if err != nil {
		t.Fatal(err)
	}
	club, err := m.Run(t.Context(), obs)
	if err != nil {
		t.Fatal(err)
	}
	return club
}

// bare is a prediction without its shape, for ==.
func bare(p Prediction) Prediction { p.shape = nil; return p }

func TestShufflingChangesNothing(t *testing.T) {
	w := weekly
	w.runners, w.days = 40, 20
	obs, _ := simulate(w, 1)
	obs = append(obs, obs[len(obs)-3:]...) // and runners who ran twice
	obs[len(obs)-1].Value *= 1.1
	want := mustRun(t, Default(), obs)
	order := rand.New(rand.NewPCG(2, 3)).Perm(len(obs))
	shuffled := make([]Observation, len(obs))
	for i, k := range order {
		shuffled[i] = obs[k]
	}
	got := mustRun(t, Default(), shuffled)
	for i, k := range order {
		if bare(got.Predictions[i]) != bare(want.Predictions[k]) {
			t.Fatalf("observation %d: got %v, want %v", k, got.Predictions[i], want.Predictions[k])
		}
	}
	for i, e := range got.Effects {
		if e != want.Effects[i] {
			t.Errorf("effect %d: got %v, want %v", i, e, want.Effects[i])
		}
	}
}

// A prediction knows nothing of its own day or later.
func TestNoLookAhead(t *testing.T) {
	w := weekly
	w.runners, w.days, w.courses = 40, 25, 3
	obs, _ := simulate(w, 4)
	want := mustRun(t, Default(), obs)
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		day := obs[rng.IntN(len(obs))].Day
		changed := append([]Observation{}, obs...)
		for i := range changed {
			if changed[i].Day >= day {
				changed[i].Value *= math.Exp(rng.NormFloat64())
			}
		}
		got := mustRun(t, Default(), changed)
		for i, o := range obs {
			if o.Day <= day && bare(got.Predictions[i]) != bare(want.Predictions[i]) {
				t.Fatalf("day %d changed from day %d on: prediction changed", o.Day, day)
			}
		}
	}
}

func TestFollowDoesWhatRunDoes(t *testing.T) {
	w := weekly
	w.runners, w.days, w.courses = 30, 40, 2
	obs, _ := simulate(w, 7)
	club := mustRun(t, Default(), obs)
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	effects := map[int]Effect{}
	for _, e := range club.Effects {
		effects[e.Event] = e
	}
	races, places := map[int][]Race{}, map[int][]int{}
	group := map[int]int8{}
	for i, o := range obs {
		races[o.Series] = append(races[o.Series], Race{Day: o.Day, Value: o.Value, Age: o.Age, Effect: effects[o.Event]})
		places[o.Series] = append(places[o.Series], i)
		group[o.Series] = o.Group
	}
	for series, past := range races {
		h, err := m.Follow(group[series], past)
		if err != nil {
			t.Fatal(err)
		}
		for k, got := range h.Before {
			want := club.Predictions[places[series][k]]
			if math.Abs(got.Location-want.Location) > 1e-12 || math.Abs(got.Scale-want.Scale) > 1e-12 || got.N != want.N {
				t.Fatalf("runner %d race %d: got %v, want %v", series, k, got, want)
			}
		}
		if got, want := h.State, club.States[series]; math.Abs(got.Level-want.Level) > 1e-12 || got.N != want.N {
			t.Errorf("runner %d: got %v, want %v", series, got, want)
		}
	}
}

// Predict says of a day to come what Run says when it has come.
func TestPredictIsWhatRunWillSay(t *testing.T) {
	w := weekly
	w.runners, w.days, w.courses = 40, 25, 3
	obs, _ := simulate(w, 17)
	want := mustRun(t, Default(), obs).Predictions
	last := obs[len(obs)-1].Day
	past := 0
	for obs[past].Day < last {
		past++
	}
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	club := mustRun(t, Default(), obs[:past])
	for i, o := range obs[past:] {
		got := m.Predict(club.States[o.Series], m.Outlook(club.Conditions, o.Course, o.Day), o.Day, o.Group, o.Age)
		if bare(got) != bare(want[past+i]) {
			t.Errorf("runner %d: got %v, want %v", o.Series, got, want[past+i])
		}
	}
}

// A course that is slower every time is expected to be.
func TestCoursesAreLearned(t *testing.T) {
	w := weekly
	w.days, w.courses, w.hill, w.season = 60, 3, 0.05, 0
	obs, _ := simulate(w, 18)
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	club := mustRun(t, Default(), obs)
	day := obs[len(obs)-1].Day + 7
	flat := m.Outlook(club.Conditions, 0, day).Effect.Mean
	for course := range 3 {
		got := m.Outlook(club.Conditions, course, day).Effect.Mean - flat
		within(t, "course", got, 0.05*float64(course)-0.012, 0.05*float64(course)+0.012)
	}
	if unknown := m.Outlook(club.Conditions, 99, day).Effect; unknown.Mean != 0 || unknown.Variance <= m.Outlook(club.Conditions, 0, day).Effect.Variance {
		t.Errorf("an unknown course: %v", unknown)
	}
}

// Two races on one day don't predict each other.
func TestFollowOfTwoRacesOnOneDay(t *testing.T) {
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	first, second := Race{Day: 100, Value: 90}, Race{Day: 500, Value: 80}
	h, err := m.Follow(Unknown, []Race{first, second, {Day: 500, Value: 120}})
	if err != nil {
		t.Fatal(err)
	}
	if h.Before[2] != h.Before[1] || h.Before[2].N != 1 || h.State.N != 3 {
		t.Errorf("got %+v and %+v, then %d results", h.Before[1], h.Before[2], h.State.N)
	}
}
