package pooled

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"
)

func mustEstimate(t testing.TB, obs []Observation) Constants {
	t.Helper()
	c, err := Estimate(t.Context(), obs, Default())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// within fails where got lies outside.
func within(t *testing.T, name string, got, low, high float64) {
	t.Helper()
	if !(got >= low && got <= high) {
		t.Errorf("%s: got %.4g, want between %.4g and %.4g", name, got, low, high)
	}
}

func TestEstimateRecoversTheTruth(t *testing.T) {
	for name, w := range map[string]truth{"weekly": weekly, "yearly": yearly} {
		t.Run(name, func(t *testing.T) {
			obs, _ := simulate(w, 8)
			c := mustEstimate(t, obs)
			within(t, "noise", c.Noise, 0.7*w.noise, 1.2*w.noise)
			within(t, "wander", c.Wander, 0.7*w.wander, 1.3*w.wander)
			within(t, "spread", c.Spread, 0.8*w.spread, 1.2*w.spread)
			within(t, "drift", c.Drift, w.drift-0.006, w.drift+0.006)
			within(t, "learning", c.Learning, -0.02, 0.01)
			within(t, "day", c.DayEffect, 0.4*w.dayEffect, 1.7*w.dayEffect)
			within(t, "level", c.Newcomers.Level, math.Log(25)-0.05, math.Log(25)+0.07)
			within(t, "sex", c.Newcomers.SexGap, 0.05, 0.22)
			covers(t, c, w)
		})
	}
}

// covers checks intervals on a club that no constant has seen.
func covers(t *testing.T, c Constants, w truth) {
	t.Helper()
	fresh, _ := simulate(w, 12)
	var in80, in95, n float64
	for i, p := range mustRun(t, c, fresh).Predictions {
		if u := math.Abs(p.CDF(fresh[i].Value) - 0.5); p.N > 0 {
			n++
			if u < 0.4 {
				in80++
			}
			if u < 0.475 {
				in95++
			}
		}
	}
	within(t, "80 %", in80/n, 0.77, 0.83)
	within(t, "95 %", in95/n, 0.935, 0.965)
}

func TestEstimateFindsNoEffectWhereThereIsNone(t *testing.T) {
	w := weekly
	w.dayEffect, w.season, w.drift = 0, 0, 0
	obs, _ := simulate(w, 9)
	c := mustEstimate(t, obs)
	within(t, "day", c.DayEffect, 0, 0.002)
	within(t, "course wander", c.CourseWander, 0, 0.006)
	within(t, "drift", c.Drift, -0.005, 0.005)
	sum := 0.0
	club := mustRun(t, c, obs)
	for _, e := range club.Effects {
		sum += e.Mean * e.Mean
	}
	within(t, "effects", math.Sqrt(sum/float64(len(club.Effects))), 0, 0.004)
}

// The effects found are those simulated, up to a constant.
func TestEffectsAreFound(t *testing.T) {
	obs, truth := simulate(yearly, 10)
	c := Default()
	c.Learning, c.Drift, c.DriftByAge = 0, yearly.drift, 0
	club := mustRun(t, c, obs)
	for d, e := range club.Effects {
		within(t, "effect", e.Mean-(truth[d]-truth[0]), -0.012, 0.012)
	}
}

func TestUnitsShiftTheLevelAlone(t *testing.T) {
	w := weekly
	w.runners, w.days = 40, 30
	obs, _ := simulate(w, 13)
	want := mustEstimate(t, obs)
	seconds := append([]Observation{}, obs...)
	for i := range seconds {
		seconds[i].Value *= 60
	}
	got := mustEstimate(t, seconds)
	within(t, "level", got.Newcomers.Level-want.Newcomers.Level, math.Log(60)-1e-6, math.Log(60)+1e-6)
	predicted, scaled := mustRun(t, want, obs).Predictions, mustRun(t, got, seconds).Predictions
	for i := range obs {
		for _, q := range []float64{0.025, 0.5, 0.9} {
			ratio := scaled[i].Quantile(q) / predicted[i].Quantile(q)
			within(t, "ratio", ratio, 60*(1-1e-6), 60*(1+1e-6))
		}
	}
}

// Ten results leave the defaults nearly alone.
func TestEstimateFromFewResults(t *testing.T) {
	w := weekly
	w.runners, w.days = 4, 5
	obs, _ := simulate(w, 14)
	for n := 1; n <= min(10, len(obs)); n++ {
		c := mustEstimate(t, obs[:n])
		within(t, "noise", c.Noise, Default().Noise/2.5, Default().Noise*2.5)
		within(t, "wander", c.Wander, Default().Wander/2.5, Default().Wander*2.5)
		for _, p := range mustRun(t, c, obs).Predictions {
			within(t, "median", p.Median(), 10, 60)
			within(t, "width", p.Quantile(0.975)/p.Quantile(0.025), 1.05, 4)
		}
	}
}

func TestConstantsSurviveJSON(t *testing.T) {
	w := weekly
	w.runners, w.days = 20, 20
	obs, _ := simulate(w, 15)
	want := mustEstimate(t, obs)
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Constants
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCancelled(t *testing.T) {
	obs, _ := simulate(weekly, 16)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Estimate(ctx, obs, Default()); !errors.Is(err, context.Canceled) {
		t.Errorf("Estimate: got %v, want %v", err, context.Canceled)
	}
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Run(ctx, obs); !errors.Is(err, context.Canceled) {
		t.Errorf("Run: got %v, want %v", err, context.Canceled)
	}
}

func TestBadData(t *testing.T) {
	good := Observation{Day: 1, Value: 30}
	for name, test := range map[string]struct {
		obs  []Observation
		want error
	}{
		"none":     {nil, ErrNoData},
		"zero":     {[]Observation{good, {Value: 0}}, ErrValue},
		"negative": {[]Observation{good, {Value: -1}}, ErrValue},
		"NaN":      {[]Observation{good, {Value: math.NaN()}}, ErrValue},
		"infinite": {[]Observation{good, {Value: math.Inf(1)}}, ErrValue},
		"day":      {[]Observation{{Day: 1 << 40, Value: 30}}, ErrValue},
	} {
		if _, err := Estimate(t.Context(), test.obs, Default()); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
}

func TestBadConstants(t *testing.T) {
	for name, spoil := range map[string]func(*Constants){
		"version":     func(c *Constants) { c.Version = 0 },
		"zero noise":  func(c *Constants) { c.Noise = 0 },
		"NaN":         func(c *Constants) { c.Drift = math.NaN() },
		"level":       func(c *Constants) { c.Newcomers.Level = math.Inf(1) },
		"calibration": func(c *Constants) { c.Calibration.Shift[2][5] = 7 },
	} {
		c := Default()
		spoil(&c)
		if _, err := NewModel(c); !errors.Is(err, ErrConstants) {
			t.Errorf("%s: got %v, want %v", name, err, ErrConstants)
		}
	}
}
