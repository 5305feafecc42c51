package forecasting

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// R088: whatever a series holds, the answer is finite numbers or a reason that
// callers can tell apart. make test-faults says how long that takes.
func TestAnySeriesIsAnsweredOrRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(88, 1))
	made := func(n int, value func(i int) float64) []float64 {
		y := make([]float64, n)
		for i := range y {
			y[i] = value(i)
		}
		return y
	}
	noise := func(int) float64 { return 240 + 10*random.NormFloat64() }
	refusals := []error{ErrTooShort, ErrTooLong, ErrNotFinite, ErrOutOfRange, ErrConstant, ErrLinear, ErrNoFit}
	for name, y := range map[string][]float64{
		"none": {}, "one": {240}, "two": {240, 250}, "two alike": {240, 240}, "three": {240, 250, 245},
		"a million":        made(1_000_000, noise),
		"the longest":      made(MaxLength, noise),
		"constant":         made(300, func(int) float64 { return 240 }),
		"nearly constant":  made(30, func(i int) float64 { return 240 + 1e-12*float64(i%2) }),
		"a line":           made(300, func(i int) float64 { return float64(i) }),
		"to and fro":       made(300, func(i int) float64 { return float64(i % 2) }),
		"a step":           made(40, func(i int) float64 { return float64(i / 20) }),
		"tiny":             made(30, func(int) float64 { return 1e-300 * random.Float64() }),
		"huge":             made(30, func(int) float64 { return 1e300 * random.Float64() }),
		"of all sizes":     made(30, func(i int) float64 { return math.Pow(10, float64(20*i-300)) }),
		"within its range": made(30, func(i int) float64 { return math.Pow(10, float64(i)) }),
		"of all signs":     made(30, func(i int) float64 { return math.Pow(-10, float64(i)) }),
		"sorted":           made(60, func(i int) float64 { return math.Sqrt(float64(i)) }),
		"missing":          made(30, func(i int) float64 { return []float64{math.NaN(), noise(i)}[i%2] }),
		"all missing":      made(30, func(int) float64 { return math.NaN() }),
		"infinite":         made(30, func(i int) float64 { return []float64{math.Inf(1 - 2*(i%3)), 1}[min(i%9, 1)] }),
		"zeros":            made(30, func(int) float64 { return 0 }),
		"one of them far":  made(30, func(i int) float64 { return []float64{1e90, noise(i)}[min(i, 1)] }),
	} {
		start := time.Now()
		m, err := Auto(t.Context(), y, Options{})
		refused := false
		for _, known := range refusals {
			refused = refused || errors.Is(err, known)
		}
		switch {
		case err == nil:
			isFinite(t, name, m)
		case !refused:
			t.Errorf("%s: got %v, which is no reason that a caller knows", name, err)
		}
		took := time.Since(start)
		t.Logf("%s: %v, %v", name, took, err)
		if os.Getenv("ROUNDS") != "" && took > time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

// isFinite proves that all that a model says of the future are numbers.
func isFinite(t *testing.T, name string, m *Model) {
	t.Helper()
	for _, horizon := range []int{1, MaxHorizon} {
		forecasts, err := m.Forecast(horizon)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, f := range forecasts {
			for _, number := range []float64{f.Mean, f.Lo80, f.Hi80, f.Lo95, f.Hi95} {
				if math.IsNaN(number) || math.IsInf(number, 0) {
					t.Errorf("%s: got %+v", name, f)
				}
			}
		}
	}
	for _, horizon := range []int{0, -1, MaxHorizon + 1, math.MaxInt} {
		if _, err := m.Forecast(horizon); !errors.Is(err, ErrHorizon) {
			t.Errorf("%s, %d ahead: got %v, want ErrHorizon", name, horizon, err)
		}
	}
}
