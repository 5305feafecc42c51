package forecasting

import "math"

// structure is how a series departs from its level and slope: by a signal and
// by noise,
//
//	y[t] = level + slope t + a[t] + ε[t],  a[t] = φ a[t-1] + η[t],
//
// with independent normal ε and η. Without noise this is an AR(1), or with φ = 1
// a random walk; with noise an ARMA(1,1), or a local level.
type structure struct {
	phi    float64
	signal float64 // variance of η
	noise  float64 // variance of ε
	start  float64 // variance of a before the first value
	slopes []slope
}

// slope is a model's prior for its slope: a normal distribution about 0, with a
// standard deviation in units of σ.
type slope struct {
	deviation float64
	weight    float64 // of the model in the family
}

// level returns the prior of a model without a slope.
func level(weight float64) []slope { return []slope{{0, weight}} }

// family lists the models averaged over. Their weights were chosen on simulated
// series, so that the limits have their nominal coverage whatever the model and
// length of these series; see docs/forecasting.md. They need not sum to 1.
var family = [...]structure{
	newStructure(0, 0, []slope{{0, 1}, {0.1, 1}, {2, 1}}),
	newStructure(0.2, 0, level(0.5)),
	newStructure(0.4, 0, level(0.5)),
	newStructure(0.6, 0, level(0.5)),
	newStructure(0.8, 0, level(0.5)),
	newStructure(0.92, 0, level(2)),
	newStructure(1, 0, []slope{{0, 4}, {0.15, 2}, {1, 1}}),
	newStructure(1, 0.4, level(0.1)),
	newStructure(1, 0.7, level(0.1)),
	newStructure(1, 0.9, level(0.1)),
}

// newStructure returns the structure with a given share of ε in the variance of
// ε and η together. It is scaled so that the next value after a long past has
// variance 1, which gives σ² the same meaning in every model.
func newStructure(phi, share float64, slopes []slope) structure {
	s := structure{phi: phi, signal: 1 - share, noise: share, slopes: slopes}
	s.start = 1 // the level, about which nothing is known, takes it up
	if phi < 1 {
		s.start = s.signal / (1 - phi*phi)
	}
	scale := s.steady() + s.noise
	s.signal /= scale
	s.noise /= scale
	s.start /= scale
	return s
}

// steady returns the limit of the variance of the signal's prediction: the
// positive root of P = φ² P h / (P + h) + q, where q and h are the variances of
// η and ε.
func (s *structure) steady() float64 {
	b := s.signal - s.noise*(1-s.phi*s.phi)
	return (b + math.Sqrt(b*b+4*s.signal*s.noise)) / 2
}
