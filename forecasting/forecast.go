package forecasting

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Forecast is a model's forecast of one future value, in the unit of the
// series: the mean of its distribution, and the limits between which it lies
// with probability 0.80 and 0.95 if the model and its coefficients are true.
// The limits leave out the uncertainty of the coefficients, so they are too
// narrow for short series; see docs/forecasting.md.
type Forecast struct {
	Mean       float64
	Lo80, Hi80 float64
	Lo95, Hi95 float64
}

// Normal quantiles of the limits.
var (
	z80 = distuv.UnitNormal.Quantile(0.90)
	z95 = distuv.UnitNormal.Quantile(0.975)
)

// state is the state of the Kalman filter after the last value: the last
// values, those of the autoregression u (see likelihood), and their covariance.
type state struct {
	level    []float64 // last values of y, Δy, …: d of them
	recent   []float64 // u[n], u[n-1], …, in the unit of the series
	variance square    // of level, then recent, in units of σ²
	ahead    int       // values missing after the last
}

// newState reads the state from a likelihood that has just been evaluated.
func newState(o observations, d int, l *likelihood, scale float64) state {
	s := state{level: make([]float64, d), recent: make([]float64, l.r), ahead: o.ahead}
	response := newSquare(max(d+l.r, l.integrated)) // of the state to the unknowns
	for i := range d {
		s.level[i] = last(difference(o.y, i))
		for j, place := range o.missing {
			unit := make([]float64, len(o.y))
			unit[place] = 1
			response[i][l.r+j] = last(difference(unit, i))
			s.level[i] += scale * response[i][l.r+j] * l.solved[l.r+j]
		}
	}
	end := len(l.w) + l.r - 1
	for i := range l.r {
		s.recent[i] = scale * l.best.u[end-i]
		for j := range l.integrated {
			response[d+i][j] = l.response[j].u[end-i]
		}
	}
	s.variance = newSquare(d + l.r)
	for i, a := range response[:d+l.r] {
		for j, b := range response[:d+l.r] {
			s.variance[i][j] = l.covariance(a, b)
		}
	}
	return s
}

// covariance returns the covariance of two sums of the unknowns with these
// weights, in units of σ² and given w.
func (l *likelihood) covariance(a, b []float64) float64 {
	sum := 0.0
	for i := range l.integrated {
		for j := range l.integrated {
			sum += a[i] * l.inverse[i][j] * b[j]
		}
	}
	return sum
}

// Forecast returns the forecasts 1, 2, …, horizon steps after the end of the
// series; values missing there are forecast silently and widen what follows.
// With ψ the weights of the model written as a sum of past innovations (G. E. P.
// Box and G. M. Jenkins 1970, Time Series Analysis, section 5.1) and c the
// weight of the unknowns (u before the first value, missing values), the variance of step h is
//
//	σ² (ψ0² + … + ψ[h-1]² + cᵀ V c),  V = (Γ⁻¹ + GᵀG)⁻¹, see likelihood.go
//
// and the limits are those of the normal distribution. It is an error that
// wraps ErrHorizon when horizon is not between 1 and MaxHorizon, and one that
// wraps ErrOutOfRange when a forecast leaves the range of numbers.
func (m *Model) Forecast(horizon int) ([]Forecast, error) {
	if horizon < 1 || horizon > MaxHorizon {
		return nil, fmt.Errorf("horizon %d, must be 1 to %d: %w", horizon, MaxHorizon, ErrHorizon)
	}
	all := m.state.ahead + horizon
	means := m.path(m.state.recent, m.Mean+m.Drift, 0, all)
	accumulate(means, m.state.level)
	means, shares := means[m.state.ahead:], m.variances(all)[m.state.ahead:]
	forecasts := make([]Forecast, horizon)
	for h, mean := range means {
		deviation := math.Sqrt(m.Sigma2 * shares[h])
		near, far := z80*deviation, z95*deviation
		forecasts[h] = Forecast{
			Mean: mean,
			Lo80: mean - near, Hi80: mean + near,
			Lo95: mean - far, Hi95: mean + far,
		}
		if !(math.Abs(mean)+far < math.MaxFloat64) {
			return nil, fmt.Errorf("forecast %d: %w", h+1, ErrOutOfRange)
		}
	}
	return forecasts, nil
}

// path continues the differenced series: mean + θ(B) u where u goes on from
// recent with one innovation at step 1 and none after it.
func (m *Model) path(recent []float64, mean, innovation float64, horizon int) []float64 {
	r := max(len(m.Phi), len(m.Theta))
	u := make([]float64, r+horizon)
	for i, v := range recent {
		u[r-1-i] = v
	}
	w := make([]float64, horizon)
	for h := range horizon {
		v := 0.0
		if h == 0 {
			v = innovation
		}
		for i, phi := range m.Phi {
			v += phi * u[r+h-1-i]
		}
		u[r+h] = v
		w[h] = mean + v
		for j, theta := range m.Theta {
			w[h] += theta * u[r+h-1-j]
		}
	}
	return w
}

// accumulate undoes the differencing of w in place: the last value of y is
// level[0], that of Δy is level[1].
func accumulate(w, level []float64) {
	for i := len(level) - 1; i >= 0; i-- {
		sum := level[i]
		for h, v := range w {
			sum += v
			w[h] = sum
		}
	}
}

// variances returns the variance of each step's error in units of σ².
func (m *Model) variances(horizon int) []float64 {
	zero := make([]float64, m.Order.D)
	psi := m.path(nil, 0, 1, horizon)
	accumulate(psi, zero)
	sum := 0.0
	shares := make([]float64, horizon)
	for h, v := range psi {
		sum += v * v
		shares[h] = sum
	}
	weights := m.weights(horizon)
	for h := range shares {
		for i, a := range weights {
			for j, b := range weights {
				shares[h] += a[h] * m.state.variance[i][j] * b[h]
			}
		}
	}
	return shares
}

// weights returns the weight of each element of the state in each step.
func (m *Model) weights(horizon int) [][]float64 {
	d, r := m.Order.D, len(m.state.recent)
	list := make([][]float64, d+r)
	for i := range list {
		unit := make([]float64, d+r)
		unit[i] = 1
		list[i] = m.path(unit[d:], 0, 0, horizon)
		accumulate(list[i], unit[:d])
	}
	return list
}
