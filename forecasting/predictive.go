package forecasting

import (
	"fmt"
	"math"
)

// Predictive is the predictive distribution of the values after a series when
// neither the model nor its coefficients are known: the average over the family
// of models in predictive_family.go, weighted by their probabilities given the
// series (Bayesian model averaging; J. A. Hoeting, D. Madigan, A. E. Raftery
// and C. T. Volinsky 1999, Bayesian model averaging: a tutorial, Statistical
// Science 14). Level, slope and variance are integrated out, so each model
// contributes a Student t distribution. The limits include their uncertainty,
// and so have the stated coverage for short series too. A Predictive is
// immutable and safe for concurrent use.
type Predictive struct {
	df      float64
	odd     Odd
	members []member
}

// member is a model of the family, fitted to the series.
type member struct {
	regression

	weight float64 // probability given the series
	end    *filtered
}

// Predict returns the predictive distribution of the values after y, in which
// NaN stands for a missing value. A shift, a change of unit or a reflection of y
// does the same to it (when the prior's Scale and Odd.Shift follow). Its cost is
// linear in the length of y.
//
// With n observed values, Q the sum of squares that a model leaves (see
// regression) and C its covariance matrix without σ², the probability of the
// model is proportional to its weight in the family times
//
//	|C|^(-½) |XᵀC⁻¹X|^(-½) (Q + ν₀ s₀²)^(-ν/2),  ν = n - 1 + ν₀,
//
// the density of the differences between the values of y, with σ² integrated
// out by 1/σ² or by the prior with scale s₀ and ν₀ degrees of freedom. (A. Zellner
// 1971, An introduction to Bayesian inference in econometrics, chapter 3.)
//
// Without a prior it needs two values that differ, with one a single value. The
// errors are ErrTooShort, ErrTooLong (more than MaxFitLength), ErrNotFinite,
// ErrOutOfRange, ErrConstant and ErrPrior.
func Predict(y []float64, prior Prior) (*Predictive, error) {
	if err := prior.check(); err != nil {
		return nil, err
	}
	n, err := checkObserved(y, prior)
	if err != nil {
		return nil, err
	}
	return newPredictive(y, n).weigh(prior), nil
}

// newPredictive fits every model of the family to y, in which n values are not
// missing.
func newPredictive(y []float64, n int) *Predictive {
	p := &Predictive{df: float64(n - 1)}
	for i := range family {
		end := family[i].filter(y)
		for _, s := range family[i].slopes {
			r := end.regress(s.deviation)
			p.members = append(p.members, member{r, math.Log(s.weight) - 0.5*r.logDet, end})
		}
	}
	return p
}

// negligible is the probability below which a model is left out.
const negligible = 1e-9

// weigh applies the prior, and converts the weight of each member from a
// logarithm without the last factor to a probability.
func (p *Predictive) weigh(prior Prior) *Predictive {
	q := &Predictive{df: p.df + prior.DF, odd: prior.Odd, members: make([]member, 0, len(p.members))}
	highest := math.Inf(-1)
	for _, m := range p.members {
		m.rest += prior.DF * prior.Scale * prior.Scale
		m.weight -= 0.5 * q.df * math.Log(m.rest)
		highest = max(highest, m.weight)
		q.members = append(q.members, m)
	}
	kept, sum := q.members[:0], 0.0
	for _, m := range q.members {
		if m.weight = math.Exp(m.weight - highest); m.weight > negligible {
			sum += m.weight
			kept = append(kept, m)
		}
	}
	for i := range kept {
		kept[i].weight /= sum
	}
	q.members = kept
	return q
}

// Distributions returns the distributions 1, 2, …, horizon steps after the last
// value. The error wraps ErrHorizon when horizon is not between 1 and
// MaxHorizon.
func (p *Predictive) Distributions(horizon int) ([]Distribution, error) {
	if horizon < 1 || horizon > MaxHorizon {
		return nil, fmt.Errorf("horizon %d, must be 1 to %d: %w", horizon, MaxHorizon, ErrHorizon)
	}
	list := make([]Distribution, horizon)
	for h := range list {
		list[h] = p.at(h + 1)
	}
	return list, nil
}

// at returns the distribution of the value a number of steps after the last.
func (p *Predictive) at(steps int) *mixture {
	m := &mixture{df: p.df, parts: make([]part, 0, 2*len(p.members))}
	for _, b := range p.members {
		mean, variance := b.end.ahead(&b.regression, steps)
		usual := part{b.weight, mean, math.Sqrt(variance * b.rest / p.df)}
		m.parts = p.odd.split(m.parts, usual)
	}
	return m
}

// Calibrated is a forecast with calibrated limits, and the distribution from
// which they are read.
type Calibrated struct {
	Forecast

	Distribution Distribution
}

// Calibrated returns the forecasts of m with the limits of the predictive
// distribution (see Predict) in place of the normal ones. y is the series that
// m was fitted to. Mean is the model's; in rare cases (see docs/forecasting.md)
// it lies outside the limits. The errors are those of Predict and
// Model.Forecast.
func (m *Model) Calibrated(y []float64, horizon int, prior Prior) ([]Calibrated, error) {
	means, err := m.Forecast(horizon)
	if err != nil {
		return nil, err
	}
	p, err := Predict(y, prior)
	if err != nil {
		return nil, err
	}
	list := make([]Calibrated, horizon)
	for h := range list {
		d := p.at(h + 1)
		list[h] = Calibrated{ForecastOf(d), d}
		list[h].Mean = means[h].Mean
	}
	return list, nil
}
