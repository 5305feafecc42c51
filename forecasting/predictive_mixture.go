package forecasting

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

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
	sum := 0.0
	for _, p := range m.parts {
		sum += p.weight * studentCDF((x-p.location)/p.scale, m.df)
	}
	return min(sum, 1)
}

// density returns the derivative of CDF.
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
	return m.root(p, m.bracket(p))
}

// interval is where a root is looked for, and where first.
type interval struct {
	low, first, high float64
}

// bracket returns bounds to a quantile of the mixture: it lies between the least
// and the greatest of the parts' quantiles.
func (m *mixture) bracket(p float64) interval {
	if len(m.parts) == 1 {
		return m.parts[0].bracket(p, m.df)
	}
	unit := mixture{m.df, []part{{1, 0, 1}}}
	z := unit.Quantile(p)
	b := interval{low: math.Inf(1), high: math.Inf(-1)}
	for _, part := range m.parts {
		q := part.location + z*part.scale
		b.low, b.high = min(b.low, q), max(b.high, q)
		b.first += part.weight * q
	}
	return b
}

// bracket returns bounds to a quantile of one part.
func (b part) bracket(p, df float64) interval {
	low, high := -1.0, 1.0
	for p < studentCDF(low, df) {
		low, high = 2*low, low
	}
	for p > studentCDF(high, df) {
		low, high = high, 2*high
	}
	low, high = b.location+low*b.scale, b.location+high*b.scale
	return interval{low, low + (high-low)/2, high}
}

// rootSteps is enough to halve any bracket to rounding.
const rootSteps = 200

// root solves CDF(x) = p by Newton's method, and by bisection where that leaves
// the bracket.
func (m *mixture) root(p float64, b interval) float64 {
	low, x, high := b.low, b.first, b.high
	for range rootSteps {
		miss := m.CDF(x) - p
		if miss < 0 {
			low = x
		} else {
			high = x
		}
		step := miss / m.density(x)
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

// studentCDF is the distribution function of Student's t (M. Abramowitz and I. A.
// Stegun 1964, Handbook of mathematical functions, 26.7.1 and 26.5.27).
func studentCDF(t, df float64) float64 {
	if n := int(min(df, mostTerms)); float64(n) == df {
		return (1 + studentArea(t, n)) / 2
	}
	tail := 0.5 * mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
	if t > 0 {
		return 1 - tail
	}
	return tail
}

// mostTerms is up to how many degrees of freedom the sum in studentArea is
// faster than the incomplete beta function.
const mostTerms = 100

// studentArea returns the probability between -t and t, negative where t is, for
// a whole number of degrees of freedom: Abramowitz and Stegun, 26.7.3 and 26.7.4.
func studentArea(t float64, df int) float64 {
	n := float64(df)
	cos2 := n / (n + t*t)
	sin := t / math.Sqrt(n+t*t)
	sum, term := 0.0, 1.0
	for k := df % 2; k <= df-2; k += 2 {
		sum += term
		term *= cos2 * float64(k+1) / float64(k+2)
	}
	if df%2 == 0 {
		return sin * sum
	}
	return 2 / math.Pi * (math.Atan(t/math.Sqrt(n)) + sin*math.Sqrt(cos2)*sum)
}

// studentDensity returns the density of Student's t at 0.
func studentDensity(df float64) float64 {
	a, _ := math.Lgamma((df + 1) / 2)
	b, _ := math.Lgamma(df / 2)
	return math.Exp(a-b) / math.Sqrt(df*math.Pi)
}
