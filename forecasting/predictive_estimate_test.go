package forecasting

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// clubSeries draws the times of a club's runners about levels of their own:
// σ² from a prior with scale 4 % and 6 degrees of freedom, relative to the level,
// and one time in ten slower by two σ and twice as far spread.
func clubSeries(rng *rand.Rand, runners int) [][]float64 {
	series := make([][]float64, runners)
	for i := range series {
		level, chi := 60+60*rng.Float64(), 0.0
		for range 6 {
			z := rng.NormFloat64()
			chi += z * z
		}
		sigma := 0.04 * math.Sqrt(6/chi)
		for range 4 + rng.IntN(5) {
			z := rng.NormFloat64()
			if rng.IntN(10) == 0 {
				z = 2 + 2*z
			}
			series[i] = append(series[i], level*(1+sigma*z))
		}
	}
	return series
}

// The limits from an estimated prior cover series that it was not estimated from,
// and score better than those without.
func TestEstimatePriorCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 1))
	prior, err := EstimatePrior(context.Background(), clubSeries(rng, 150))
	if err != nil {
		t.Fatal(err)
	}
	var with, without coverage
	for _, y := range clubSeries(rng, 500) {
		n := len(y) - 1
		for p, c := range map[Prior]*coverage{prior.Times(observedMean(y[:n])): &with, {}: &without} {
			got, err := Predict(y[:n], p)
			if err != nil {
				t.Fatal(err)
			}
			c.add(ForecastOf(got.at(1)), y[n])
		}
	}
	t.Logf("%+v\nwith:    %v\nwithout: %v", prior, with, without)
	// Three standard errors of 500 values, and as much again for the prior.
	if got := with.share95(); math.Abs(got-0.95) > 0.045 {
		t.Errorf("coverage %.3f at 95 %%", got)
	}
	if got := with.share80(); math.Abs(got-0.80) > 0.08 {
		t.Errorf("coverage %.3f at 80 %%", got)
	}
	if with.score95 > 0.9*without.score95 {
		t.Errorf("interval score %.2f, %.2f without", with.score95, without.score95)
	}
}

func TestEstimatePriorIsRelative(t *testing.T) {
	series := clubSeries(rand.New(rand.NewPCG(31, 2)), 40)
	want, err := EstimatePrior(context.Background(), series)
	if err != nil {
		t.Fatal(err)
	}
	for _, y := range series {
		for i := range y {
			y[i] *= 60
		}
	}
	got, err := EstimatePrior(context.Background(), series)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.Scale/want.Scale-1) > 1e-3 || math.Abs(got.DF/want.DF-1) > 1e-2 {
		t.Errorf("in seconds %+v, in minutes %+v", got, want)
	}
}

func TestEstimatePriorRefuses(t *testing.T) {
	if _, err := EstimatePrior(context.Background(), [][]float64{{240, 250, 245, 230}, {-1, -2, -3, -1}}); !errors.Is(err, ErrTooShort) {
		t.Errorf("two runners: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	series := clubSeries(rand.New(rand.NewPCG(31, 3)), 40)
	if _, err := EstimatePrior(ctx, series); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
