package forecasting

import "math"

const (
	// maxUnknowns counts what the likelihood solves for by least squares: the
	// values before the first and the mean.
	maxUnknowns = MaxLag + 1
	// forgotten is when the influence of the values before the first has died
	// out: its squares vanish beside 1.
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
// and it allocates nothing.
type likelihood struct {
	w        []float64
	p, q, r  int
	unknowns int // r, and one more with a mean

	ar, ma     levinson
	phi, theta []float64

	data     column              // e⁰ and its u
	response [maxUnknowns]column // G, then -c
	best     column              // e and u at the least S

	prior   square // Γ⁻¹
	factor  square // Cholesky factor of the normal equations
	inverse square // (Γ⁻¹ + GᵀG)⁻¹
	solved  [maxUnknowns]float64
	sum     float64 // S

	zeros, constant []float64 // inputs of the filter
	weight, adjoint []float64 // of the gradient
}

// column is a pair of series: u from r steps before the first, and e.
type column struct {
	u, e []float64
	n    int // length of e; later ones are zero
}

type square [maxUnknowns][maxUnknowns]float64

// newLikelihood reserves room for series of up to n values.
func newLikelihood(n int) *likelihood {
	l := &likelihood{
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

// prepare sets the series and the model to be evaluated from here on.
func (l *likelihood) prepare(w []float64, p, q int, mean bool) {
	l.w, l.p, l.q, l.r = w, p, q, max(p, q)
	l.unknowns = l.r
	if mean {
		l.unknowns++
	}
}

// evaluate returns the part of the negative log-likelihood that depends on the
// p + q parameters x (see levinson.set; first φ, then -θ),
//
//	n/2 log S + ½ log|Γ| + ½ log|Γ⁻¹ + GᵀG|,
//
// and, unless it is nil, sets grad to its gradient. It returns +Inf where the
// likelihood can't be computed.
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
	value := 0.5 * (float64(len(l.w))*math.Log(l.sum) + logDet)
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
	l.filter(&l.data, l.w, -1)
	for i := range l.r {
		l.filter(&l.response[i], l.zeros[:len(l.w)], i)
	}
	if l.unknowns > l.r {
		l.filter(&l.response[l.r], l.constant[:len(l.w)], -1)
	}
}

// filter computes u[t] = x[t] - θ1 u[t-1] - … and e[t] = u[t] - φ1 u[t-1] - …
// for the input x, with u[-start] = 1 and the other values before the first 0.
// (l.theta holds -θ.) A response to a start is cut where it has died out.
func (l *likelihood) filter(c *column, x []float64, start int) {
	r := l.r
	u := c.u[:r+len(x)]
	clear(u[:r])
	if start >= 0 {
		u[r-1-start] = 1
	}
	quiet := 0
	for t, v := range x {
		for j, theta := range l.theta {
			v += theta * u[r+t-1-j]
		}
		u[r+t] = v
		e := v
		for i, phi := range l.phi {
			e -= phi * u[r+t-1-i]
		}
		c.e[t] = e
		if start < 0 {
			continue
		}
		if quiet++; math.Abs(v) > forgotten {
			quiet = 0
		}
		if quiet == r {
			c.cut(r, t+1)
			return
		}
	}
	c.n = len(x)
}

// cut ends e at n and sets the rest of u to zero.
func (c *column) cut(r, n int) {
	c.n = n
	clear(c.u[r+n:])
}

// setPrior sets Γ⁻¹, the precision of r ≥ p successive values of the
// autoregression, from its coefficients a = (1, -φ1, …, -φp, 0, …) by the
// formula of I. Gohberg and A. Semencul (1972): element (i,j), i ≥ j, is
// Σ a[i-k] a[j-k] - a[r-i+k] a[r-j+k], the sum going over k = 0 … j.
func (l *likelihood) setPrior() {
	a := l.polynomial()
	for j := range l.r {
		for i := j; i < l.r; i++ {
			sum := 0.0
			for k := range j + 1 {
				sum += a[i-k]*a[j-k] - a[l.r-i+k]*a[l.r-j+k]
			}
			l.prior[i][j], l.prior[j][i] = sum, sum
		}
	}
}

// polynomial returns 1, -φ1, …, -φp, 0, ….
func (l *likelihood) polynomial() (a [maxUnknowns]float64) {
	a[0] = 1
	for i, phi := range l.phi {
		a[i+1] = -phi
	}
	return a
}

// gaussianConstant is what a log-likelihood of n values has beside the value of
// evaluate.
func gaussianConstant(n int) float64 {
	size := float64(n)
	return -size / 2 * (1 + math.Log(2*math.Pi) - math.Log(size))
}
