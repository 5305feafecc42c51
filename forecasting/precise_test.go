package forecasting

import (
	"math"
	"math/big"
)

// precision is that of the oracle below, in bits: next to the unit circle
// covariance matrices are too ill-conditioned for float64.
const precision = 400

func number(v float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(v) }

func zeros(n int) []*big.Float {
	list := make([]*big.Float, n)
	for i := range list {
		list[i] = number(0)
	}
	return list
}

func times(a, b *big.Float) *big.Float { return number(0).Mul(a, b) }
func minus(a, b *big.Float) *big.Float { return number(0).Sub(a, b) }

// preciseLikelihood is the log-likelihood of w under the ARMA model with these
// partial autocorrelations (of φ and of -θ), σ² and the mean at their maximum,
// computed the plain way from the n × n covariance matrix.
func preciseLikelihood(w, ar, ma []float64, mean bool) float64 {
	factor := preciseCholesky(preciseAutocovariance(preciseCoefficients(ar), preciseCoefficients(ma), len(w)))
	x := make([]*big.Float, len(w))
	ones := zeros(len(w))
	logDet := 0.0
	for i, v := range w {
		x[i] = number(v)
		ones[i] = number(1)
		logDet += 2 * logOf(factor[i][i])
	}
	x = preciseSubstitute(factor, x)
	sum := preciseDot(x, x)
	if mean {
		ones = preciseSubstitute(factor, ones)
		cross := preciseDot(x, ones)
		cross.Mul(cross, cross)
		sum.Sub(sum, cross.Quo(cross, preciseDot(ones, ones)))
	}
	size := float64(len(w))
	return -0.5 * (size*(1+math.Log(2*math.Pi/size)+logOf(sum)) + logDet)
}

func logOf(v *big.Float) float64 {
	var mantissa big.Float
	exponent := v.MantExp(&mantissa)
	m, _ := mantissa.Float64()
	return math.Log(m) + float64(exponent)*math.Ln2
}

func preciseDot(a, b []*big.Float) *big.Float {
	sum := number(0)
	for i := range a {
		sum.Add(sum, times(a[i], b[i]))
	}
	return sum
}

// preciseCoefficients is the recursion of Durbin and Levinson.
func preciseCoefficients(r []float64) []*big.Float {
	var c []*big.Float
	for k, v := range r {
		next := zeros(k + 1)
		next[k] = number(v)
		for j := range k {
			next[j] = minus(c[j], times(next[k], c[k-1-j]))
		}
		c = next
	}
	return c
}

// preciseAutocovariance is denseAutocovariance; the polynomials are 1 - φ… and 1 - ma….
func preciseAutocovariance(phi, ma []*big.Float, n int) []*big.Float {
	p, m := len(phi), max(len(phi), len(ma))+1
	th, psi := zeros(m), zeros(m)
	th[0] = number(1)
	for i, v := range ma {
		th[i+1].Neg(v)
	}
	for j := range m {
		psi[j].Set(th[j])
		for i := 1; i <= min(j, p); i++ {
			psi[j].Add(psi[j], times(phi[i-1], psi[j-i]))
		}
	}
	a := make([][]*big.Float, m)
	for k := range m {
		a[k] = zeros(m + 1)
		a[k][k] = number(1)
		for i := 1; i <= p; i++ {
			lag := max(k-i, i-k)
			a[k][lag] = minus(a[k][lag], phi[i-1])
		}
		for j := k; j < m; j++ {
			a[k][m].Add(a[k][m], times(th[j], psi[j-k]))
		}
	}
	gamma := preciseSolve(a)
	for k := m; k < n; k++ {
		gamma = append(gamma, number(0))
		for i := 1; i <= p; i++ {
			gamma[k].Add(gamma[k], times(phi[i-1], gamma[k-i]))
		}
	}
	return gamma[:n]
}

// preciseSolve is the elimination of Gauss with pivots; the last column is the
// right-hand side.
func preciseSolve(a [][]*big.Float) []*big.Float {
	m := len(a)
	for k := range m {
		best := k
		for i := k; i < m; i++ {
			if number(0).Abs(a[i][k]).Cmp(number(0).Abs(a[best][k])) > 0 {
				best = i
			}
		}
		a[k], a[best] = a[best], a[k]
		for i := range m {
			if i == k {
				continue
			}
			share := number(0).Quo(a[i][k], a[k][k])
			for j := k; j <= m; j++ {
				a[i][j] = minus(a[i][j], times(share, a[k][j]))
			}
		}
	}
	x := zeros(m)
	for k := range m {
		x[k].Quo(a[k][m], a[k][k])
	}
	return x
}

func preciseCholesky(gamma []*big.Float) [][]*big.Float {
	f := make([][]*big.Float, len(gamma))
	for i := range f {
		f[i] = zeros(i + 1)
		for j := range i + 1 {
			v := minus(gamma[i-j], preciseDot(f[i][:j], f[j][:j]))
			if i == j {
				f[i][i].Sqrt(v)
			} else {
				f[i][j].Quo(v, f[j][j])
			}
		}
	}
	return f
}

func preciseSubstitute(f [][]*big.Float, b []*big.Float) []*big.Float {
	x := zeros(len(b))
	for i := range b {
		v := minus(b[i], preciseDot(f[i][:i], x[:i]))
		x[i].Quo(v, f[i][i])
	}
	return x
}
