package forecasting

import (
	"context"
	"math"
)

// admissible is the modulus that every root must exceed for a model to be
// chosen automatically (Hyndman and Khandakar 2008, section 3.2, give 1.001;
// their software uses 1.01).
const admissible = 1.01

// spec is a model within one search, in which d is fixed.
type spec struct {
	p, q int
	mean bool // an intercept or a drift
}

// coefficients counts the estimated coefficients without σ².
func (s spec) coefficients() int {
	if s.mean {
		return s.p + s.q + 1
	}
	return s.p + s.q
}

// estimate is a local maximum of the likelihood.
type estimate struct {
	x          vector
	value      float64 // see likelihood.evaluate; +Inf when there is none
	admissible bool    // no root near the unit circle
}

// estimator finds maximum likelihood estimates for one differenced series.
type estimator struct {
	ctx        context.Context
	like       *likelihood
	min        minimizer
	raw        standard // for models without a mean
	centred    standard // for models with one
	n          int      // values of the differenced series without missing ones
	stretch    float64  // see observations.stretch
	best, safe estimate // of the current model

	height [screened * maxParameters]float64 // at the points examined
	rivals []int                             // the points chosen
	start  []vector
	effort effort
}

// newEstimator prepares the series o, to be differenced d times.
func newEstimator(ctx context.Context, o observations, d int, effort effort) *estimator {
	w := difference(o.y, d)
	return &estimator{
		ctx:     ctx,
		like:    newLikelihood(len(w), o.gaps(d)),
		raw:     standardise(w, false),
		centred: standardise(w, true),
		n:       o.count() - d,
		stretch: o.stretch(d),
		effort:  effort,
	}
}

// series returns the standardised series that the model is fitted to.
func (e *estimator) series(s spec) *standard {
	if s.mean {
		return &e.centred
	}
	return &e.raw
}

// fit returns the highest maximum found from all starting values. If that lies
// next to the unit circle and strict is set, it returns the highest one that
// does not.
func (e *estimator) fit(s spec, strict bool) (estimate, error) {
	e.like.prepare(e.series(s).w, s.p, s.q, s.mean)
	e.best = estimate{value: math.Inf(1)}
	e.safe = e.best
	e.starts(s)
	for _, start := range e.start {
		if err := e.climb(s, start); err != nil {
			return estimate{}, err
		}
	}
	if strict && e.safe.admissible {
		return e.safe, nil
	}
	err := e.press(s)
	return e.best, err
}

// climb runs the optimiser from one start and keeps the maximum it finds.
func (e *estimator) climb(s spec, start vector) error {
	k := s.p + s.q
	e.min.x = start
	if err := e.min.minimize(e.ctx, e.like, k, float64(e.n)); err != nil {
		return err
	}
	got := estimate{x: e.min.x, value: e.min.value}
	e.like.set(got.x[:k])
	got.admissible = rootsOutside(e.like.phi, admissible) && rootsOutside(e.like.theta, admissible)
	if got.value < e.best.value {
		e.best = got
	}
	if got.admissible && (!e.safe.admissible || got.value < e.safe.value) {
		e.safe = got
	}
	return nil
}

// logLikelihood returns the log-likelihood of an estimate in the unit of the
// series.
func (e *estimator) logLikelihood(s spec, got estimate) float64 {
	scale := e.series(s).scale
	return gaussianConstant(e.n) + e.stretch - got.value - float64(e.n)*math.Log(scale)
}
