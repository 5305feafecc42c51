package forecasting

import "math"

// mixture is a weighted sum of Student t distributions with equal degrees of
// freedom.
type mixture struct {
	df    float64
	parts []part
}

type part struct {
	weight, location, scale float64
}

// CDF implements Distribution.
func (m *mixture) CDF(x float64) float64 {
	cdf, _ := m.eval(studentOf(m.df), x)
	return cdf
}

// eval returns CDF and its derivative.
func (m *mixture) eval(t *student, x float64) (cdf, density float64) {
	for _, p := range m.parts {
		c, d := t.at((x - p.location) / p.scale)
		cdf += p.weight * c
		density += p.weight / p.scale * d
	}
	return min(cdf, 1), density
}

// density returns the derivative of CDF at one point.
func (m *mixture) density(x float64) float64 {
	sum := 0.0
	for _, p := range m.parts {
		z := (x - p.location) / p.scale
		sum += p.weight / p.scale * math.Exp(-(m.df+1)/2*math.Log1p(z*z/m.df))
	}
	return sum * studentDensity(m.df)
}

// Quantile implements Distribution: -Inf at 0, +Inf at 1, NaN beyond.
func (m *mixture) Quantile(p float64) float64 {
	switch {
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	case !(0 < p && p < 1):
		return math.NaN()
	}
	t := studentOf(m.df)
	return m.root(t, p, m.bracket(t, p))
}

// interval brackets a root and gives the first guess.
type interval struct {
	low, first, high float64
}

// bracket returns bounds of a quantile of the mixture, which lies between the
// least and the greatest of the parts' quantiles.
func (m *mixture) bracket(t *student, p float64) interval {
	if len(m.parts) == 1 {
		return m.parts[0].bracket(t, p)
	}
	unit := mixture{m.df, []part{{1, 0, 1}}}
	z := unit.root(t, p, unit.bracket(t, p))
	b := interval{low: math.Inf(1), high: math.Inf(-1)}
	for _, part := range m.parts {
		q := part.location + z*part.scale
		b.low, b.high = min(b.low, q), max(b.high, q)
		b.first += part.weight * q
	}
	return b
}

// bracket returns bounds of a quantile of one part.
func (b part) bracket(t *student, p float64) interval {
	low, high := -1.0, 1.0
	for c, _ := t.at(low); p < c; c, _ = t.at(low) {
		low, high = 2*low, low
	}
	for c, _ := t.at(high); p > c; c, _ = t.at(high) {
		low, high = high, 2*high
	}
	low, high = b.location+low*b.scale, b.location+high*b.scale
	return interval{low, low + (high-low)/2, high}
}

// rootSteps is enough to halve any bracket down to rounding.
const rootSteps = 200

// root solves CDF(x) = p by Newton's method, and by bisection when that leaves
// the bracket.
func (m *mixture) root(t *student, p float64, b interval) float64 {
	low, x, high := b.low, b.first, b.high
	for range rootSteps {
		cdf, density := m.eval(t, x)
		miss := cdf - p
		if miss < 0 {
			low = x
		} else {
			high = x
		}
		step := miss / density
		if math.Abs(step) <= rounding*(math.Abs(low)+math.Abs(high)) {
			return x - step
		}
		if x -= step; !(low < x && x < high) {
			x = low + (high-low)/2
		}
		if x == low || x == high {
			return x
		}
	}
	return x
}
