package forecasting

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

const (
	// maxUnknowns is the number of unknowns that the likelihood of a series
	// without gaps solves for by least squares: the values before the first,
	// and the mean.
	maxUnknowns = MaxLag + 1
	// forgotten is the threshold at which the influence of the values before
	// the first has died out. Its square vanishes beside 1.
	forgotten = 1e-15
)

// likelihood evaluates the exact Gaussian likelihood of an ARMA(p,q) model
// about a mean μ, with μ and σ² at their maximum given the other coefficients.
//
// With the autoregression u[t] = φ1 u[t-1] + … + φp u[t-p] + e[t] the series is
// w[t] - μ = u[t] + θ1 u[t-1] + … + θq u[t-q]. Given the r = max(p,q) values
// s = (u[0], …, u[1-r]) before the first, w determines u and u determines e, both
// linearly and with Jacobian 1; and s is normal with covariance σ² Γ. With
// e = e⁰ + G s - μ c the maximum over μ of the integral over s is
//
//	-n/2 (1 + log 2π) - n/2 log(S/n) - ½ log|Γ| - ½ log|Γ⁻¹ + GᵀG|,
//	S = min over s and μ of |e⁰ + G s - μ c|² + sᵀ Γ⁻¹ s.
//
// The integral is that of P. Newbold (1974), The exact likelihood function for
// a mixed autoregressive-moving average process, Biometrika 61; the values are
// those of the Kalman filter of A. C. Harvey and G. D. A. Phillips (1979),
// Biometrika 66. Its cost is linear in n, nothing in it grows near a unit root,
// and it allocates nothing. Missing values are integrated out like s, see gaps.
type likelihood struct {
	w          []float64
	p, q, r    int
	integrated int // unknowns integrated out: r and the missing values
	unknowns   int // integrated, plus one with a mean
	size       int // number of values in w without missing ones

	ar, ma     levinson
	phi, theta []float64

	gaps     gaps
	data     column   // e⁰ and its u
	response []column // G, then -c
	best     column   // e and u at the least S

	start   [MaxLag][MaxLag]float64 // root of Γ⁻¹
	prior   [MaxLag][MaxLag]float64 // Γ⁻¹
	factor  square                  // Cholesky factor of the normal equations
	half    square                  // its inverse
	inverse square                  // (Γ⁻¹ + GᵀG)⁻¹
	right   []float64               // right-hand side of the normal equations
	solved  []float64
	sum     float64 // S

	zeros, constant []float64 // inputs of the filter
	weight, adjoint []float64 // of the gradient
}

// column is a pair of series: u from r steps before the first, and e.
type column struct {
	u, e    []float64
	from, n int // e is zero, and holds anything, before from and from n on
}

// square is a square matrix in rows.
type square [][]float64

func newSquare(k int) square {
	m, cells := make(square, k), make([]float64, k*k)
	for i := range m {
		m[i] = cells[i*k : (i+1)*k]
	}
	return m
}

// newLikelihood allocates memory for series of up to n values with these gaps.
func newLikelihood(n int, g gaps) *likelihood {
	k := maxUnknowns + len(g.inputs)
	l := &likelihood{
		gaps:     g,
		response: make([]column, k),
		factor:   newSquare(k),
		half:     newSquare(k),
		inverse:  newSquare(k),
		right:    make([]float64, k),
		solved:   make([]float64, k),
		zeros:    make([]float64, n),
		constant: make([]float64, n),
		weight:   make([]float64, n),
		adjoint:  make([]float64, n+MaxLag),
	}
	for i := range l.constant {
		l.constant[i] = -1
	}
	l.data, l.best = newColumn(n), newColumn(n)
	for i := range l.response {
		l.response[i] = newColumn(n)
	}
	return l
}

func newColumn(n int) column {
	return column{u: make([]float64, n+MaxLag), e: make([]float64, n)}
}

// prepare sets the series and the model for the following evaluations.
func (l *likelihood) prepare(w []float64, p, q int, mean bool) {
	l.w, l.p, l.q, l.r = w, p, q, max(p, q)
	l.integrated = l.r + len(l.gaps.inputs)
	l.size = len(w) - len(l.gaps.inputs)
	l.unknowns = l.integrated
	if mean {
		l.unknowns++
	}
}

// evaluate returns the part of the negative log-likelihood that depends on the
// p + q parameters x (see levinson.set; first φ, then -θ),
//
//	n/2 log S + ½ log|Γ| + ½ log|Γ⁻¹ + GᵀG|,
//
// where n excludes missing values. Unless grad is nil, it is set to the
// gradient. The result is +Inf if the likelihood can't be computed.
func (l *likelihood) evaluate(x, grad []float64) float64 {
	l.set(x)
	l.filterAll()
	l.setPrior()
	logDet, ok := l.solve()
	if !ok {
		return math.Inf(1)
	}
	var discard [2 * MaxLag]float64
	if grad == nil {
		grad = discard[:len(x)]
	} else {
		l.gradient(grad)
	}
	logDet += l.ar.logDeterminant(0.5, grad[:l.p])
	value := 0.5 * (float64(l.size)*math.Log(l.sum) + logDet)
	if math.IsNaN(value) || !(l.sum > 0) {
		return math.Inf(1)
	}
	return value
}

// set computes φ and θ from the parameters.
func (l *likelihood) set(x []float64) {
	l.ar.set(x[:l.p])
	l.ma.set(x[l.p : l.p+l.q])
	l.phi, l.theta = l.ar.coefficients(), l.ma.coefficients()
}

// filterAll computes the data's u and e and their response to each unknown.
func (l *likelihood) filterAll() {
	n := len(l.w)
	l.filter(&l.data, l.w, impulse{start: -1, last: n})
	for i := range l.r {
		l.filter(&l.response[i], l.zeros[:n], impulse{start: i})
	}
	for i, input := range l.gaps.inputs {
		l.filter(&l.response[l.r+i], input, l.gaps.places[i])
	}
	if l.unknowns > l.integrated {
		l.filter(&l.response[l.integrated], l.constant[:n], impulse{start: -1, last: n})
	}
}

// impulse tells where the input of the filter is not 0: from … last. start is
// the u before the first that is 1, counted backwards from 0 (negative for
// none).
type impulse struct{ start, from, last int }

// filter computes u[t] = x[t] - θ1 u[t-1] - … and e[t] = u[t] - φ1 u[t-1] - …
// for the input x, with the values before the first 0 or as the impulse says.
func (l *likelihood) filter(c *column, x []float64, at impulse) {
	r := l.r
	clear(c.u[:r+at.from])
	if at.start >= 0 {
		c.u[r-1-at.start] = 1
	}
	c.from = at.from
	c.n = l.invertMovingAverage(c.u[:r+len(x)], x, at)
	clear(c.u[r+c.n : r+len(x)])
	e := c.e[c.from:c.n]
	copy(e, c.u[r+c.from:])
	for i, phi := range l.phi {
		floats.AddScaled(e, -phi, c.u[r+c.from-1-i:r+c.n-1-i])
	}
}

// invertMovingAverage sets u from the impulse until it has died out, and
// returns the index of that point in x. (l.theta holds -θ.)
func (l *likelihood) invertMovingAverage(u, x []float64, at impulse) int {
	r, quiet := l.r, 0
	for t := at.from; t < len(x); t++ {
		v := x[t]
		for j, theta := range l.theta {
			v += theta * u[r+t-1-j]
		}
		u[r+t] = v
		if t < at.last {
			continue
		}
		if quiet++; math.Abs(v) > forgotten {
			quiet = 0
		}
		if quiet == r {
			return t + 1
		}
	}
	return len(x)
}

// setPrior sets Γ⁻¹, the precision of r ≥ p successive values of the
// autoregression, and its root start: the deviation of each value, earliest
// first, from its prediction by those before, divided by its standard deviation
// (the recursion of Durbin and Levinson; no digits are lost near a unit root).
func (l *likelihood) setPrior() {
	precision := 1.0
	for k := l.r - 1; k >= 0; k-- {
		row := &l.start[k]
		*row = [MaxLag]float64{}
		if k < l.p {
			r := l.ar.r[k]
			precision *= (1 - r) * (1 + r)
		}
		share := math.Sqrt(precision)
		at := l.r - 1 - k
		row[at] = share
		if order := min(k, l.p); order > 0 {
			for j, c := range l.ar.level[order-1][:order] {
				row[at+1+j] = -share * c
			}
		}
	}
	for i := range l.r {
		for j := range i + 1 {
			sum := 0.0
			for k := l.r - 1 - j; k < l.r; k++ {
				sum += l.start[k][i] * l.start[k][j]
			}
			l.prior[i][j], l.prior[j][i] = sum, sum
		}
	}
}

// gaussianConstant returns the part of a log-likelihood of n values that
// evaluate leaves out.
func gaussianConstant(n int) float64 {
	size := float64(n)
	return -size / 2 * (1 + math.Log(2*math.Pi) - math.Log(size))
}
