package forecasting

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/mathext"
)

// student is a tabulated distribution function of Student's t. A mixture
// evaluates it a hundred times for each quantile. Between two knots it is the
// quintic polynomial with the right value, slope and curvature at both; with
// knots this close the error is below 1e-13.
type student struct {
	df    float64
	peak  float64 // the density at 0
	cells []cell
}

// cell is a polynomial in the distance from its left knot, in cells.
type cell [6]float64

const (
	knotsPerUnit = 64
	// tabulated is the end of the table. Beyond it, the function itself is
	// evaluated.
	tabulated = 8
	// maxTables is the number of degrees of freedom for which tables are
	// cached, 24 KB each.
	maxTables = 64
)

// tables caches tabulated functions, because predictions need few degrees of
// freedom again and again. Caching changes no result.
var tables struct {
	sync.RWMutex
	of map[float64]*student
}

// studentOf tabulates the distribution with df degrees of freedom.
func studentOf(df float64) *student {
	tables.RLock()
	s := tables.of[df]
	tables.RUnlock()
	if s != nil {
		return s
	}
	s = newStudent(df)
	tables.Lock()
	defer tables.Unlock()
	if tables.of == nil || len(tables.of) >= maxTables {
		tables.of = map[float64]*student{}
	}
	tables.of[df] = s
	return s
}

func newStudent(df float64) *student {
	const h = 1.0 / knotsPerUnit
	s := &student{df: df, peak: studentDensity(df), cells: make([]cell, tabulated*knotsPerUnit)}
	f, d, c := s.knot(0)
	for i := range s.cells {
		nextF, nextD, nextC := s.knot(float64(i+1) * h)
		s.cells[i] = hermite(f, d*h, c*h*h, nextF, nextD*h, nextC*h*h)
		f, d, c = nextF, nextD, nextC
	}
	return s
}

// knot returns the function at z, and its first two derivatives.
func (s *student) knot(z float64) (f, d, c float64) {
	d = s.exactDensity(z)
	return studentCDF(z, s.df), d, -d * (s.df + 1) * z / (s.df + z*z)
}

func (s *student) exactDensity(z float64) float64 {
	return s.peak * math.Exp(-(s.df+1)/2*math.Log1p(z*z/s.df))
}

// hermite returns the quintic polynomial on [0, 1] with value f, slope d and
// second derivative c at 0 and at 1.
func hermite(f0, d0, c0, f1, d1, c1 float64) cell {
	rise := f1 - f0 - d0 - c0/2
	slope, bend := d1-d0-c0, c1-c0
	return cell{f0, d0, c0 / 2, 10*rise - 4*slope + bend/2, -15*rise + 7*slope - bend, 6*rise - 3*slope + bend/2}
}

// at returns the distribution function and the density at z.
func (s *student) at(z float64) (cdf, density float64) {
	x := math.Abs(z) * knotsPerUnit
	if !(x < tabulated*knotsPerUnit) {
		return studentCDF(z, s.df), s.exactDensity(z)
	}
	i := int(x)
	p, u := &s.cells[i], x-float64(i)
	cdf = p[0] + u*(p[1]+u*(p[2]+u*(p[3]+u*(p[4]+u*p[5]))))
	density = (p[1] + u*(2*p[2]+u*(3*p[3]+u*(4*p[4]+u*5*p[5])))) * knotsPerUnit
	if z < 0 {
		cdf = 1 - cdf
	}
	return cdf, density
}

// studentCDF returns the distribution function of Student's t (M. Abramowitz
// and I. A. Stegun 1964, Handbook of mathematical functions, 26.7.1 and
// 26.5.27).
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

// mostTerms is the number of degrees of freedom up to which the sum in
// studentArea is faster than the incomplete beta function.
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
