package forecasting

import "math"

// edge keeps partial autocorrelations this far inside (-1, 1), so that the
// likelihood stays finite however far the optimiser moves.
const edge = 1e-7

// levinson holds the Durbin–Levinson recursion from partial autocorrelations r
// to the coefficients c of a polynomial 1 - c1 z - … - ck z^k whose roots all
// lie outside the unit circle: for k = 1, 2, …
//
//	c[k,k] = r[k],  c[k,j] = c[k-1,j] - r[k] c[k-1,k-j]
//
// Every |r| < 1 gives such a polynomial and every such polynomial has one such
// r (O. Barndorff-Nielsen and G. Schou 1973, On the parametrization of
// autoregressive models by partial autocorrelations, Journal of Multivariate
// Analysis 3; J. F. Monahan 1984, A note on enforcing stationarity in
// autoregressive-moving average models, Biometrika 71).
type levinson struct {
	order int
	r     [MaxLag]float64
	slope [MaxLag]float64         // dr/dx
	level [MaxLag][MaxLag]float64 // level[k-1] holds c[k,1…k]
}

// set maps unconstrained x to r = (1-edge) tanh x (R. H. Jones 1980, Maximum
// likelihood fitting of ARMA models to time series with missing observations,
// Technometrics 22) and r to coefficients.
func (l *levinson) set(x []float64) {
	l.order = len(x)
	for k := range x {
		tanh := math.Tanh(x[k])
		l.r[k] = (1 - edge) * tanh
		l.slope[k] = (1 - edge) * (1 - tanh*tanh)
		l.level[k][k] = l.r[k]
		for j := range k {
			l.level[k][j] = l.level[k-1][j] - l.r[k]*l.level[k-1][k-1-j]
		}
	}
}

// coefficients returns c after set.
func (l *levinson) coefficients() []float64 {
	if l.order == 0 {
		return nil
	}
	return l.level[l.order-1][:l.order]
}

// pullBack converts a gradient by c to a gradient by x, in place, by
// differentiating the recursion of set backwards.
func (l *levinson) pullBack(g []float64) {
	var previous [MaxLag]float64
	for k := l.order - 1; k >= 0; k-- {
		slope := g[k]
		for j := range k {
			slope -= g[j] * l.level[k-1][k-1-j]
			previous[j] = g[j] - l.r[k]*g[k-1-j]
		}
		copy(g[:k], previous[:k])
		g[k] = slope * l.slope[k]
	}
}

// logDeterminant returns the log-determinant of the covariance of any k ≥
// order successive values of the autoregression with these coefficients and
// innovations of variance 1, -Σ j log(1 - r[j]²), and adds its gradient by x,
// times weight, to g.
func (l *levinson) logDeterminant(weight float64, g []float64) float64 {
	sum := 0.0
	for k, r := range l.r[:l.order] {
		j := float64(k + 1)
		rest := (1 - r) * (1 + r)
		sum -= j * math.Log(rest)
		g[k] += weight * 2 * j * r / rest * l.slope[k]
	}
	return sum
}

// rootsOutside reports whether all roots of 1 - c1 z - … - cp z^p have a
// modulus above radius, that is, whether the polynomial in z/radius is that of
// a stationary autoregression. It runs the recursion of set backwards (the test
// of Schur and Cohn).
func rootsOutside(c []float64, radius float64) bool {
	var a, b [MaxLag]float64
	power := 1.0
	for i, v := range c {
		power *= radius
		a[i] = v * power
	}
	for k := len(c) - 1; k >= 0; k-- {
		r := a[k]
		rest := (1 - r) * (1 + r)
		if !(rest > 0) {
			return false
		}
		for j := range k {
			b[j] = (a[j] + r*a[k-1-j]) / rest
		}
		copy(a[:k], b[:k])
	}
	return true
}
