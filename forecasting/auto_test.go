package forecasting

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAutoRefuses(t *testing.T) {
	repeat := func(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }
	tests := []struct {
		name string
		y    []float64
		want error
	}{
		{"nothing", nil, ErrTooShort},
		{"one value", []float64{240}, ErrTooShort},
		{"two equal", []float64{240, 240}, ErrConstant},
		{"ten equal", repeat(10, 240), ErrConstant},
		{"ten zeros", repeat(10, 0), ErrConstant},
		{"equal but for rounding", []float64{0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2}, ErrConstant},
		{"a line", []float64{1, 2, 3, 4, 5, 6}, ErrLinear},
		{"nearly a line", []float64{1, 2, 3, 4 + 1e-9, 5, 6}, ErrLinear},
		{"a line but for rounding", []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}, ErrLinear},
		{"all missing", repeat(10, math.NaN()), ErrTooShort},
		{"all but one missing", []float64{math.NaN(), 240, math.NaN()}, ErrTooShort},
		{"equal but for missing", []float64{240, math.NaN(), 240, 240}, ErrConstant},
		{"a line with gaps", []float64{1, math.NaN(), 3, 4, math.NaN(), math.NaN(), 7}, ErrLinear},
		{"too much missing", append([]float64{1}, append(repeat(100, math.NaN()), 2, 1, 3)...), ErrTooLong},
		{"infinite", []float64{240, math.Inf(-1), 250}, ErrNotFinite},
		{"huge", []float64{1e300, -1e300, 1e300}, ErrOutOfRange},
		{"tiny", []float64{1e-300, -1e-300, 0}, ErrOutOfRange},
		{"a million", repeat(1_000_000, 240), ErrTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Auto(t.Context(), tt.y, Options{})
			if m != nil || !errors.Is(err, tt.want) {
				t.Errorf("got %v, %v; want %v", m, err, tt.want)
			}
		})
	}
}

func TestAutoAnswers(t *testing.T) {
	tests := []struct {
		name string
		y    []float64
	}{
		{"two values", []float64{240, 250}},
		{"three values", []float64{240, 250, 245}},
		{"three values, one missing", []float64{240, math.NaN(), 250}},
		{"missing inside", []float64{240, 251, math.NaN(), 245, math.NaN(), math.NaN(), 249, 238}},
		{"missing at the ends", []float64{math.NaN(), 240, 251, 238, 245, math.NaN()}},
		{"alternating", []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1}},
		{"nearly alternating", []float64{1, -1, 1.001, -1, 1, -1.001, 1, -1, 1.001, -1, 1}},
		{"a wave of three", []float64{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}},
		{"nearly constant", []float64{240, 240, 240 + 1e-9, 240, 240, 240 - 1e-9, 240}},
		{"twice the same", []float64{240, 250, 240, 250}},
		{"a jump", []float64{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}},
		{"one outlier", []float64{5, 5, 5, 5, 5, 5, 5, 5, 5, 9}},
		{"squares", []float64{1, 4, 9, 16, 25, 36, 49, 64, 81, 100}},
		{"powers", []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}},
		{"1e-7", []float64{1e-7, 2e-7, 1e-7, 3e-7, 2e-7}},
		{"1e11", []float64{1e11, 1e11 + 1, 1e11 - 1, 1e11 + 2, 1e11}},
		{"1e99", []float64{1e99, -1e99, 1e99, 0, 3}},
		{"1e-99", []float64{1e-99, -1e-99, 1e-99, 0, 3e-99}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := slices.Clone(tt.y)
			m, err := Auto(t.Context(), tt.y, Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkModel(t, m)
			checkWidth(t, m, tt.y)
			if !slices.EqualFunc(before, tt.y, func(a, b float64) bool { return a == b || a != a && b != b }) {
				t.Error("the series was changed")
			}
		})
	}
}

// checkModel checks that a model and its forecasts are finite and uncertain.
func checkModel(t rapid.TB, m *Model) {
	t.Helper()
	numbers := []float64{m.Sigma2, m.LogLik, m.AIC, m.BIC}
	for _, c := range m.Coefficients() {
		numbers = append(numbers, c.Value)
	}
	forecasts, err := m.Forecast(5)
	if err != nil {
		t.Fatalf("%v: %v", m, err)
	}
	for _, f := range forecasts {
		numbers = append(numbers, f.Mean, f.Lo80, f.Hi80, f.Lo95, f.Hi95)
		if !(f.Lo95 < f.Lo80 && f.Lo80 < f.Mean && f.Mean < f.Hi80 && f.Hi80 < f.Hi95) {
			t.Errorf("%v: limits out of order: %+v", m, f)
		}
	}
	for _, v := range numbers {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%v: not finite: %v", m, numbers)
		}
	}
	if math.IsNaN(m.AICc) || math.IsInf(m.AICc, -1) {
		t.Errorf("%v: AICc is %v", m, m.AICc)
	}
}

// checkWidth checks that the interval of the next value is as wide as what the
// series does from one value to the next, give or take a hundred times.
func checkWidth(t *testing.T, m *Model, y []float64) {
	t.Helper()
	forecasts, err := m.Forecast(1)
	if err != nil {
		t.Fatal(err)
	}
	low, high := limits(present(y))
	if share := (forecasts[0].Hi95 - forecasts[0].Lo95) / (high - low); share < 0.01 || share > 100 {
		t.Errorf("%v: an interval %v as wide as the range of the series", m, share)
	}
}

func TestModelNames(t *testing.T) {
	tests := []struct {
		order    Order
		constant Constant
		want     string
	}{
		{Order{0, 0, 0}, Intercept, "ARIMA(0,0,0) with non-zero mean"},
		{Order{1, 0, 0}, None, "ARIMA(1,0,0) with zero mean"},
		{Order{1, 1, 0}, Drift, "ARIMA(1,1,0) with drift"},
		{Order{0, 2, 1}, None, "ARIMA(0,2,1)"},
	}
	for _, tt := range tests {
		m := &Model{Order: tt.order, Constant: tt.constant}
		if got := m.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestFitRefusesOrders(t *testing.T) {
	y := []float64{240, 250, 245, 260, 238}
	tests := []struct {
		order    Order
		constant Constant
		want     error
	}{
		{Order{-1, 0, 0}, None, ErrOrder},
		{Order{6, 0, 0}, None, ErrOrder},
		{Order{0, 0, 6}, None, ErrOrder},
		{Order{0, 3, 0}, None, ErrOrder},
		{Order{0, 0, 0}, Drift, ErrOrder},
		{Order{0, 1, 0}, Intercept, ErrOrder},
		{Order{0, 2, 0}, Drift, ErrOrder},
		{Order{3, 0, 1}, Intercept, ErrTooShort},
		{Order{2, 1, 2}, None, ErrTooShort},
	}
	for _, tt := range tests {
		if _, err := Fit(t.Context(), y, tt.order, tt.constant); !errors.Is(err, tt.want) {
			t.Errorf("%v with %v: got %v, want %v", tt.order, tt.constant, err, tt.want)
		}
	}
}

func TestParseCriterion(t *testing.T) {
	for s, want := range map[string]Criterion{"aic": AIC, "AICc": AICc, "bic": BIC} {
		if got, err := ParseCriterion(s); got != want || err != nil {
			t.Errorf("%q: got %v, %v", s, got, err)
		}
	}
	if _, err := ParseCriterion("hqic"); !errors.Is(err, ErrCriterion) {
		t.Errorf("hqic: %v", err)
	}
}

// mixedSeries draws times of the kinds that the reference has: about a mean,
// with a memory, a random walk, a trend.
func mixedSeries(rng *rand.Rand, n int) []float64 {
	y := finishTimes(rng, n)
	switch rng.IntN(4) {
	case 1:
		for i := 1; i < n; i++ {
			y[i] += 0.7 * (y[i-1] - 240)
		}
	case 2:
		for i := 1; i < n; i++ {
			y[i] += y[i-1] - 240
		}
	case 3:
		for i := range y {
			y[i] += 4 * float64(i)
		}
	}
	return y
}

// What holds of a forecast whatever the origin and the unit of the numbers.
// The constant moves away from 0: close to it, a mean of 0 may be the better model.
func TestForecastsMoveWithTheSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		y := mixedSeries(rng, rapid.IntRange(3, 40).Draw(t, "n"))
		scale := rapid.SampledFrom([]float64{60, 60_000, 1.0 / 60, 1e-7, 1e11, -1}).Draw(t, "scale")
		shift := 0.0
		m, err := Auto(context.Background(), y, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if m.Constant != None || m.Order.D > 0 {
			shift = rapid.SampledFrom([]float64{0, 100, 10_000}).Draw(t, "shift")
		}
		moved := make([]float64, len(y))
		for i, v := range y {
			moved[i] = scale * (v + shift)
		}
		got, err := Auto(context.Background(), moved, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != m.String() {
			t.Fatalf("%v becomes %v", m, got)
		}
		compareMoved(t, m, got, scale, shift)
	})
}

func compareMoved(t *rapid.T, m, got *Model, scale, shift float64) {
	before, err := m.Forecast(3)
	if err != nil {
		t.Fatal(err)
	}
	after, err := got.Forecast(3)
	if err != nil {
		t.Fatal(err)
	}
	for h, f := range before {
		want := scale * (f.Mean + shift)
		width := math.Abs(scale) * (f.Hi95 - f.Lo95)
		if math.Abs(after[h].Mean-want) > 1e-3*width || math.Abs(after[h].Hi95-after[h].Lo95-width) > 1e-3*width {
			t.Fatalf("%v: step %d is %+v, want %v and a width of %v", m, h+1, after[h], want, width)
		}
	}
}

func TestAutoStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	y := finishTimes(rand.New(rand.NewPCG(1, 1)), 20)
	if _, err := Auto(ctx, y, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Auto: %v", err)
	}
	if _, err := Fit(ctx, y, Order{1, 0, 1}, Intercept); !errors.Is(err, context.Canceled) {
		t.Errorf("Fit: %v", err)
	}
}

// TestFitStopsSoon cancels a fit under way: ten thousand values take longer.
func TestFitStopsSoon(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	y := make([]float64, MaxFitLength)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := 2; i < len(y); i++ {
		y[i] = 2*y[i-1] - y[i-2] + rng.NormFloat64()
	}
	if _, err := Fit(ctx, y, Order{5, 0, 5}, Intercept); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// FuzzAuto feeds any numbers: the answer is a sane model or a known error.
func FuzzAuto(f *testing.F) {
	for _, y := range [][]float64{{1, 2, 4, 3}, {1, 1, 1}, {0, 1e-300, 1e300}, {5, 5, 5, 5, 5, 5, 9, 5}, {math.NaN(), 1}} {
		f.Add(encode(y), uint8(0))
	}
	known := []error{ErrTooShort, ErrTooLong, ErrNotFinite, ErrOutOfRange, ErrConstant, ErrLinear, ErrNoFit}
	f.Fuzz(func(t *testing.T, data []byte, criterion uint8) {
		y := decode(data)
		m, err := Auto(t.Context(), y, Options{Criterion: Criterion(criterion % 3), Exhaustive: criterion > 127})
		if err == nil {
			checkModel(t, m)
			return
		}
		if !slices.ContainsFunc(known, func(want error) bool { return errors.Is(err, want) }) {
			t.Errorf("%v: %v", y, err)
		}
	})
}

func encode(y []float64) []byte {
	var b []byte
	for _, v := range y {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// decode reads up to 40 numbers of eight bytes, and up to 40 of one byte.
func decode(data []byte) []float64 {
	var y []float64
	for len(data) >= 8 && len(y) < 40 {
		y = append(y, math.Float64frombits(binary.LittleEndian.Uint64(data)))
		data = data[8:]
	}
	for _, b := range data[:min(len(data), 40)] {
		y = append(y, float64(b))
	}
	return y
}
