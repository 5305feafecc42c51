package forecasting

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

const (
	// dependent is the share of its own square that a column must keep after
	// projecting out the columns before it, for the determinant to be accurate
	// to 1e-5.
	dependent = 1e-10
	// undetermined is the same share for the mean, which is in no determinant.
	undetermined = 1e-13
)

// solve finds the unknowns with the least S, sets S, best and inverse, and
// returns log|Γ⁻¹ + GᵀG|. ok is false when that matrix is singular.
func (l *likelihood) solve() (logDet float64, ok bool) {
	l.normalEquations()
	ok = l.cholesky()
	if !ok {
		return 0, false
	}
	for i := range l.integrated {
		logDet += 2 * math.Log(l.factor[i][i])
	}
	l.substitute()
	l.combine()
	l.invert()
	return logDet, true
}

// normalEquations sets factor to the matrix of the least-squares problem, lower
// triangle only, and right to its right-hand side.
func (l *likelihood) normalEquations() {
	for i := range l.unknowns {
		a := &l.response[i]
		l.right[i] = -dot(a, &l.data)
		for j := range i + 1 {
			l.factor[i][j] = dot(a, &l.response[j])
			if i < l.r {
				l.factor[i][j] += l.prior[i][j]
			}
		}
	}
}

// dot returns the inner product of the residuals of two columns.
func dot(a, b *column) float64 {
	from, n := max(a.from, b.from), min(a.n, b.n)
	if from >= n {
		return 0
	}
	return floats.Dot(a.e[from:n], b.e[from:n])
}

// cholesky factors the normal equations in place. A mean that the data can't
// distinguish from the values before the first gets an infinite pivot and stays
// 0.
func (l *likelihood) cholesky() bool {
	f := l.factor
	for i := range l.unknowns {
		whole := f[i][i]
		for j := range i + 1 {
			v := f[i][j]
			for k := range j {
				v -= f[i][k] * f[j][k]
			}
			if j < i {
				f[i][j] = v / f[j][j]
				continue
			}
			switch {
			case i == l.integrated && !(v > undetermined*whole):
				f[i][i] = math.Inf(1)
			case i < l.integrated && !(v > dependent*whole):
				return false
			default:
				f[i][i] = math.Sqrt(v)
			}
		}
	}
	return true
}

// substitute solves the factored equations for the unknowns.
func (l *likelihood) substitute() {
	f, m := l.factor, l.unknowns
	for i := range m {
		v := l.right[i]
		for k := range i {
			v -= f[i][k] * l.solved[k]
		}
		l.solved[i] = v / f[i][i]
	}
	for i := m - 1; i >= 0; i-- {
		v := l.solved[i]
		for k := i + 1; k < m; k++ {
			v -= f[k][i] * l.solved[k]
		}
		l.solved[i] = v / f[i][i]
	}
}

// combine sets best to the data plus the responses times the unknowns, and sum
// to S.
func (l *likelihood) combine() {
	n, r := len(l.w), l.r
	u, e := l.best.u[:r+n], l.best.e[:n]
	copy(u, l.data.u)
	copy(e, l.data.e)
	l.best.n = n
	for i := range l.unknowns {
		c, v := &l.response[i], l.solved[i]
		floats.AddScaled(u[c.from:r+c.n], v, c.u[c.from:r+c.n])
		floats.AddScaled(e[c.from:c.n], v, c.e[c.from:c.n])
	}
	l.sum = dot(&l.best, &l.best)
	for k := range r {
		deviation := 0.0
		for i, v := range l.start[k][:r] {
			deviation += v * l.solved[i]
		}
		l.sum += deviation * deviation
	}
}

// invert sets inverse to (Γ⁻¹ + GᵀG)⁻¹ from the leading rows of the factor.
func (l *likelihood) invert() {
	half := l.half
	for j := range l.integrated {
		half[j][j] = 1 / l.factor[j][j]
		for i := j + 1; i < l.integrated; i++ {
			v := 0.0
			for k := j; k < i; k++ {
				v -= l.factor[i][k] * half[k][j]
			}
			half[i][j] = v / l.factor[i][i]
		}
	}
	for i := range l.integrated {
		for j := range i + 1 {
			v := 0.0
			for k := i; k < l.integrated; k++ {
				v += half[k][i] * half[k][j]
			}
			l.inverse[i][j], l.inverse[j][i] = v, v
		}
	}
}
