package forecasting

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// affine returns scale (y + shift).
func affine(y []float64, scale, shift float64) []float64 {
	moved := make([]float64, len(y))
	for i, v := range y {
		moved[i] = scale * (v + shift)
	}
	return moved
}

// At every d a constant added shifts the forecasts and leaves the likelihood
// alone, a factor (-1 reflects) scales them and takes n log|factor| from it.
func TestFitsMoveWithTheSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		y := mixedSeries(rng, rapid.IntRange(10, 30).Draw(t, "n"))
		if rapid.Bool().Draw(t, "gaps") {
			y[rng.IntN(len(y))], y[rng.IntN(len(y))] = math.NaN(), math.NaN()
		}
		order := Order{rapid.IntRange(0, 2).Draw(t, "p"), rapid.IntRange(0, 2).Draw(t, "d"), rapid.IntRange(0, 1).Draw(t, "q")}
		scale := rapid.SampledFrom([]float64{60, 60_000, 1e-7, 1e11, -1, -60}).Draw(t, "scale")
		shift := rapid.SampledFrom([]float64{0, -240, 10_000}).Draw(t, "shift")
		constant := constantFor(order.D)
		m, err := Fit(context.Background(), y, order, constant)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Fit(context.Background(), affine(y, scale, shift), order, constant)
		if err != nil {
			t.Fatal(err)
		}
		want := m.LogLik - float64(m.N-order.D)*math.Log(math.Abs(scale))
		if math.Abs(got.LogLik-want) > exactly {
			t.Fatalf("%v: log-likelihood %v, want %v", m, got.LogLik, want)
		}
		compareMoved(t, m, got, scale, shift)
	})
}

// Minutes, seconds, milliseconds and hours choose the same model.
func TestUnitsChooseTheSame(t *testing.T) {
	ref := loadReference(t)
	inParallel(len(ref.Series), func(i int) {
		s := ref.Series[i]
		if i%4 != 0 || len(s.Values) > 60 {
			return
		}
		m, err := Auto(t.Context(), s.Values, Options{})
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			return
		}
		for _, unit := range []float64{60, 60_000, 1.0 / 60} {
			got, err := Auto(t.Context(), affine(s.Values, unit, 0), Options{})
			if err != nil || got.String() != m.String() {
				t.Errorf("%s: %v times %v is %v, %v", s.Name, m, unit, got, err)
			}
		}
	})
}

// Equal values may change places, and values that are missing before the first
// change nothing; those after the last only put off the forecasts.
func TestTiesAndMissingEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		y := mixedSeries(rng, rapid.IntRange(3, 20).Draw(t, "n"))
		i, j := rng.IntN(len(y)), rng.IntN(len(y))
		y[i] = y[j]
		before, after := rapid.IntRange(0, 3).Draw(t, "before"), rapid.IntRange(0, 3).Draw(t, "after")
		longer := slices.Concat(slices.Repeat([]float64{math.NaN()}, before), y, slices.Repeat([]float64{math.NaN()}, after))
		longer[before+i], longer[before+j] = longer[before+j], longer[before+i]
		m, err := Auto(context.Background(), y, Options{})
		got, errOfLonger := Auto(context.Background(), longer, Options{})
		if (err == nil) != (errOfLonger == nil) {
			t.Fatalf("%v becomes %v", err, errOfLonger)
		}
		if err != nil {
			return
		}
		if got.String() != m.String() || got.AIC != m.AIC {
			t.Fatalf("%v becomes %v", m, got)
		}
		want, err := m.Forecast(after + 1)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := got.Forecast(1); err != nil || f[0] != want[after] {
			t.Fatalf("%v: %v, %v; want %v", m, f, err, want[after])
		}
	})
}
