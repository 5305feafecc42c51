package forecasting

import (
	"context"
	"fmt"
)

// Fit estimates the model of a given order by exact Gaussian maximum
// likelihood: φ, θ, μ (when constant is Intercept, with d = 0, or Drift, with d
// = 1) and σ². The differenced series is assumed stationary, and φ and θ are
// kept stationary and invertible. The values before the first are integrated
// out (Newbold 1974, see likelihood.go).
//
// NaN is a missing value: the likelihood is that of the values present, at
// their places (after differencing, given the first d of them). Missing values
// before the first value are ignored.
//
// y has at least d + 1 values more than there are coefficients and at most
// MaxFitLength; it is not changed. The errors are ErrTooShort, ErrTooLong,
// ErrNotFinite, ErrOutOfRange, ErrConstant, ErrLinear, ErrOrder, ErrNoFit and
// that of the context.
func Fit(ctx context.Context, y []float64, order Order, constant Constant) (*Model, error) {
	if err := order.check(constant); err != nil {
		return nil, err
	}
	o, err := checkSeries(y, MaxFitLength)
	if err != nil {
		return nil, err
	}
	return fit(ctx, o, order, constant, effortFor(o.weight()).paired())
}

// fit does the same as Fit for checked input.
func fit(ctx context.Context, o observations, order Order, constant Constant, effort effort) (*Model, error) {
	s := spec{p: order.P, q: order.Q, mean: constant != None}
	if least := order.D + s.coefficients() + 1; o.count() < least {
		return nil, fmt.Errorf("%v needs at least %d values, not %d: %w", order, least, o.count(), ErrTooShort)
	}
	e := newEstimator(ctx, o, order.D, effort)
	got, err := e.fit(s, false)
	if err != nil {
		return nil, err
	}
	return e.model(o, order.D, s, got)
}
