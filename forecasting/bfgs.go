package forecasting

import (
	"context"
	"math"
)

const (
	maxParameters = 2 * MaxLag
	maxIterations = 200
	maxTrials     = 40 // evaluations in one line search

	sufficientDecrease = 1e-4 // c1 and c2 of the Wolfe conditions,
	slopeDecrease      = 0.9  // as Nocedal and Wright (2006), section 3.1

	// converged is the Newton decrement gᵀHg, twice the gain still expected,
	// at which the search stops; log-likelihoods are compared to 1e-5.
	converged = 1e-8
	// stalled is a gain so small that another step is not worthwhile.
	stalled = 1e-9
)

type vector [maxParameters]float64

// minimizer finds a local minimum by the method of Broyden, Fletcher, Goldfarb
// and Shanno with a weak Wolfe line search (J. Nocedal and S. J. Wright 2006,
// Numerical Optimization, algorithm 6.1; A. S. Lewis and M. L. Overton 2013,
// Nonsmooth optimization via quasi-Newton methods, Mathematical Programming
// 141, algorithm 2.6). It allocates nothing, which a general-purpose optimiser
// can't offer for ten parameters and a function that takes a microsecond.
type minimizer struct {
	k           int
	x, g        vector // the current point and gradient
	next, nextG vector
	step, yield vector // of the last move: by x and by g
	direction   vector
	value       float64
	inverse     [maxParameters][maxParameters]float64 // of the Hessian
}

// minimize starts at m.x[:k], with curvature as a first guess of the Hessian's
// diagonal, and ends with the best point in m.x and its value in m.value. The
// value is +Inf when the function can't be computed at the start.
func (m *minimizer) minimize(ctx context.Context, l *likelihood, k int, curvature float64) error {
	m.k = k
	m.value = l.evaluate(m.x[:k], m.g[:k])
	m.reset(curvature)
	fresh := true
	for range maxIterations {
		if err := ctx.Err(); err != nil {
			return err
		}
		slope := m.aim()
		if !(-slope > converged) {
			return nil
		}
		before := m.value
		if m.search(l, slope) && before-m.value > stalled {
			m.update()
			fresh = false
			continue
		}
		if fresh {
			return nil
		}
		m.reset(curvature)
		fresh = true
	}
	return nil
}

// reset makes the inverse Hessian diagonal again.
func (m *minimizer) reset(curvature float64) {
	for i := range m.k {
		clear(m.inverse[i][:m.k])
		m.inverse[i][i] = 1 / curvature
	}
}

// aim sets the direction -Hg and returns the slope along it, -gᵀHg.
func (m *minimizer) aim() (slope float64) {
	for i := range m.k {
		v := 0.0
		for j := range m.k {
			v -= m.inverse[i][j] * m.g[j]
		}
		m.direction[i] = v
		slope += v * m.g[i]
	}
	return slope
}

// search moves along the direction to a point that satisfies the weak Wolfe
// conditions or, failing that, the first of them. It returns false when there
// is none.
func (m *minimizer) search(l *likelihood, slope float64) bool {
	low, high, length := 0.0, math.Inf(1), 1.0
	lowValue, lowSlope := m.value, slope
	for range maxTrials {
		value := m.try(l, length)
		if !(value <= m.value+sufficientDecrease*length*slope) {
			high = length
			length = narrow(low, high, lowValue, lowSlope, value)
		} else {
			nextSlope := m.nextSlope()
			if nextSlope >= slopeDecrease*slope {
				m.accept(value)
				return true
			}
			low, lowValue, lowSlope = length, value, nextSlope
			length = min(3*length, (low+high)/2)
		}
		if high-low < 1e-9*high {
			break
		}
	}
	if low > 0 {
		m.accept(m.try(l, low))
	}
	return low > 0
}

// narrow returns the minimum of the parabola through the lower end's value and
// slope and the upper end's value, kept away from both ends.
func narrow(low, high, lowValue, lowSlope, highValue float64) float64 {
	width := high - low
	bend := highValue - lowValue - lowSlope*width
	share := 0.5
	if bend > 0 {
		share = -lowSlope * width / (2 * bend) // 0 when bend is infinite
	}
	return low + width*min(max(share, 0.1), 0.7)
}

// try evaluates the function at a length along the direction.
func (m *minimizer) try(l *likelihood, length float64) float64 {
	for i := range m.k {
		m.next[i] = m.x[i] + length*m.direction[i]
	}
	return l.evaluate(m.next[:m.k], m.nextG[:m.k])
}

// nextSlope returns the slope along the direction at the last point tried.
func (m *minimizer) nextSlope() (slope float64) {
	for i := range m.k {
		slope += m.direction[i] * m.nextG[i]
	}
	return slope
}

// accept makes the last point tried the current one.
func (m *minimizer) accept(value float64) {
	for i := range m.k {
		m.step[i] = m.next[i] - m.x[i]
		m.yield[i] = m.nextG[i] - m.g[i]
	}
	m.x, m.g, m.value = m.next, m.nextG, value
}

// update learns the curvature along the last step: algorithm 6.1 of Nocedal and
// Wright (2006), equation (6.17). It skips a step without positive curvature.
func (m *minimizer) update() {
	var product vector // H times the yield
	curvature, bend := 0.0, 0.0
	for i := range m.k {
		v := 0.0
		for j := range m.k {
			v += m.inverse[i][j] * m.yield[j]
		}
		product[i] = v
		curvature += m.step[i] * m.yield[i]
		bend += m.yield[i] * v
	}
	if !(curvature > 1e-14*bend) {
		return
	}
	both := (1 + bend/curvature) / curvature
	for i := range m.k {
		for j := range m.k {
			m.inverse[i][j] += both*m.step[i]*m.step[j] -
				(product[i]*m.step[j]+m.step[i]*product[j])/curvature
		}
	}
}
