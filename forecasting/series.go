package forecasting

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// Values outside these bounds are refused: their squares, summed over
// MaxFitLength values and differenced twice, would leave the range of float64.
const (
	largest  = 1e100
	smallest = 1e-100
)

// rounding is the largest difference between two equal numbers after d
// differences, in units of the largest value: a few roundings of float64 each.
const rounding = 8 * 0x1p-52

// nearly is the least relative difference between the steps of a series that
// tells how far off the next may be. Below it they are a straight line but for
// rounding.
const nearly = 1e-6

// checkSeries refuses series to which no model can be fitted, and finds the
// missing values.
func checkSeries(y []float64, limit int) (observations, error) {
	if len(y) > limit {
		return observations{}, fmt.Errorf("%d values, at most %d: %w", len(y), limit, ErrTooLong)
	}
	count := 0
	for i, v := range y {
		switch {
		case math.IsInf(v, 0):
			return observations{}, fmt.Errorf("value %d is %v: %w", i+1, v, ErrNotFinite)
		case math.Abs(v) > largest:
			return observations{}, fmt.Errorf("value %d is %v: %w", i+1, v, ErrOutOfRange)
		case !math.IsNaN(v):
			count++
		}
	}
	if count < 2 {
		return observations{}, fmt.Errorf("%d values, at least 2: %w", count, ErrTooShort)
	}
	o := observe(y)
	if o.missing != nil && o.weight() > limit+limit/2 {
		return o, fmt.Errorf("%d of %d values missing: %w", len(o.missing), len(o.y), ErrTooLong)
	}
	return o, checkSpread(o)
}

// checkSpread refuses series from which no variance can be estimated. The
// straight lines across missing values change neither the range nor whether the
// series is a straight line.
func checkSpread(o observations) error {
	y, n := o.y, o.count()
	limit := rounding * floats.Norm(y, math.Inf(1))
	steps := difference(y, 1)
	switch {
	case constant(y, limit):
		return fmt.Errorf("%d times %v: %w", n, y[0], ErrConstant)
	case floats.Max(y)-floats.Min(y) < smallest:
		return fmt.Errorf("values that differ by less than %v: %w", smallest, ErrOutOfRange)
	case n > 2 && constant(steps, max(2*limit, nearly*floats.Norm(steps, math.Inf(1)))):
		return fmt.Errorf("%d values, each step %v: %w", n, y[1]-y[0], ErrLinear)
	}
	return nil
}

// constant reports whether all values lie within a width of limit.
func constant(y []float64, limit float64) bool {
	return floats.Max(y)-floats.Min(y) <= limit
}

// difference returns y differenced d times: y[t] - y[t-1], and again. The
// result is d values shorter than y.
func difference(y []float64, d int) []float64 {
	w := append([]float64(nil), y...)
	for range d {
		for t := len(w) - 1; t > 0; t-- {
			w[t] -= w[t-1]
		}
		w = w[1:]
	}
	return w
}

// standard is a differenced series on a dimensionless scale, so that minutes
// and milliseconds give the same numbers to the optimiser.
type standard struct {
	w             []float64 // (Δᵈy - centre) / scale
	centre, scale float64
}

// standardise centres w (when the model has a constant to absorb the centre)
// and scales it to a mean square of 1.
func standardise(w []float64, centred bool) standard {
	s := standard{w: append([]float64(nil), w...)}
	if centred {
		s.centre = stat.Mean(w, nil)
		floats.AddConst(-s.centre, s.w)
	}
	s.scale = floats.Norm(s.w, 2) / math.Sqrt(float64(len(w)))
	if s.scale == 0 {
		s.scale = 1
	}
	floats.Scale(1/s.scale, s.w)
	return s
}
