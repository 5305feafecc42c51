package forecasting

import "gonum.org/v1/gonum/floats"

// gradient sets grad to the gradient, by the parameters, of everything in
// evaluate except ½ log|Γ|. S is minimal over the unknowns, so they count as
// fixed there; d log|A| is the trace of A⁻¹ dA.
func (l *likelihood) gradient(grad []float64) {
	clear(grad)
	phi, theta := grad[:l.p], grad[l.p:]
	scale := float64(l.size) / l.sum
	for t, e := range l.best.e[:l.best.n] {
		l.weight[t] = scale * e
	}
	l.pull(&l.best, phi, theta)
	for i := range l.integrated {
		l.weigh(i)
		l.pull(&l.response[i], phi, theta)
	}
	l.pullPrior(scale/2, phi)
	l.ar.pullBack(phi)
	l.ma.pullBack(theta)
}

// weigh sets weight to column i of G (Γ⁻¹ + GᵀG)⁻¹, as far as response i
// extends.
func (l *likelihood) weigh(i int) {
	from, n := l.response[i].from, l.response[i].n
	clear(l.weight[from:n])
	for j := range l.integrated {
		c, v := &l.response[j], l.inverse[j][i]
		if low, high := max(from, c.from), min(n, c.n); low < high {
			floats.AddScaled(l.weight[low:high], v, c.e[low:high])
		}
	}
}

// pull adds the gradient of Σ weight[t] e[t] by φ and by -θ, where e is the
// residuals of column c, by differentiating the filter backwards. The u of the
// column obeys θ(B) ∂u/∂(-θj) = Bʲ u.
func (l *likelihood) pull(c *column, phi, theta []float64) {
	r, n := l.r, c.n-c.from
	u, weight := c.u[c.from:r+c.n], l.weight[c.from:c.n]
	for i := range phi {
		phi[i] -= floats.Dot(weight, u[r-1-i:r+n-1-i])
	}
	if l.q == 0 {
		return
	}
	adjoint := l.adjoint[:n+MaxLag]
	copy(adjoint, weight)
	clear(adjoint[n:])
	for i, coefficient := range l.phi[:min(l.p, n-1)] {
		floats.AddScaled(adjoint[:n-1-i], -coefficient, weight[1+i:])
	}
	for t := n - 2; t >= 0; t-- {
		for j, coefficient := range l.theta {
			adjoint[t] += coefficient * adjoint[t+1+j]
		}
	}
	for j := range theta {
		theta[j] += floats.Dot(adjoint[:n], u[r-1-j:r+n-1-j])
	}
}

// pullPrior adds the gradient by φ of Σ m[i][j] Γ⁻¹[i][j], where m is share s
// sᵀ + ½ (Γ⁻¹ + GᵀG)⁻¹. With a = (1, -φ1, …, -φp, 0, …) element (i,j) of Γ⁻¹, i
// ≥ j, is Σ a[i-k] a[j-k] - a[r-i+k] a[r-j+k], summed over k = 0 … j (I.
// Gohberg and A. Semencul 1972).
func (l *likelihood) pullPrior(share float64, phi []float64) {
	a, r := l.polynomial(), l.r
	var slope [maxUnknowns]float64 // by a
	for i := range r {
		for j := range r {
			m := share*l.solved[i]*l.solved[j] + 0.5*l.inverse[i][j]
			for k := range min(i, j) + 1 {
				slope[i-k] += 2 * m * a[j-k]
				slope[r-i+k] -= 2 * m * a[r-j+k]
			}
		}
	}
	for i := range phi {
		phi[i] -= slope[i+1]
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
