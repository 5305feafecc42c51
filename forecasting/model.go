package forecasting

import (
	"fmt"
	"math"
)

// Model is a fitted ARIMA model. It is safe for concurrent use and must not be
// modified.
type Model struct {
	Order    Order
	Constant Constant
	N        int       // number of values without missing ones
	Phi      []float64 // φ1 … φp
	Theta    []float64 // θ1 … θq
	Mean     float64   // μ, in the unit of the series, when Constant is Intercept
	Drift    float64   // μ, in the unit of the series, when Constant is Drift

	// Sigma2 is the variance of the innovations, in the squared unit of the
	// series: the sum of their standardised squares divided by n - d minus the
	// number of coefficients. (The maximum likelihood estimate divides by n -
	// d.)
	Sigma2 float64
	// LogLik is the maximum of the exact Gaussian log-likelihood of the
	// differenced series. It and the criteria only compare models with the same
	// d.
	LogLik         float64
	AIC, AICc, BIC float64 // see Criterion; AICc may be +Inf

	state state
}

// Coefficient is a named coefficient.
type Coefficient struct {
	Name  string // ar1 …, ma1 …, intercept or drift
	Value float64
}

// Coefficients lists φ, θ and μ.
func (m *Model) Coefficients() []Coefficient {
	var list []Coefficient
	for i, v := range m.Phi {
		list = append(list, Coefficient{fmt.Sprintf("ar%d", i+1), v})
	}
	for i, v := range m.Theta {
		list = append(list, Coefficient{fmt.Sprintf("ma%d", i+1), v})
	}
	switch m.Constant {
	case Intercept:
		list = append(list, Coefficient{"intercept", m.Mean})
	case Drift:
		list = append(list, Coefficient{"drift", m.Drift})
	case None:
	}
	return list
}

// Criterion returns the value of a criterion.
func (m *Model) Criterion(c Criterion) float64 {
	switch c {
	case AIC:
		return m.AIC
	case AICc:
		return m.AICc
	case BIC:
		return m.BIC
	}
	panic(fmt.Sprintf("forecasting: criterion %d", uint8(c)))
}

// String names the model: "ARIMA(0,0,0) with non-zero mean", "ARIMA(1,0,0) with
// zero mean", "ARIMA(1,1,0) with drift", "ARIMA(0,2,1)".
func (m *Model) String() string {
	switch {
	case m.Constant == Intercept:
		return m.Order.String() + " with non-zero mean"
	case m.Constant == Drift:
		return m.Order.String() + " with drift"
	case m.Order.D == 0:
		return m.Order.String() + " with zero mean"
	}
	return m.Order.String()
}

// model converts an estimate for the series o to a Model.
func (e *estimator) model(o observations, d int, s spec, got estimate) (*Model, error) {
	l, series := e.like, e.series(s)
	l.prepare(series.w, s.p, s.q, s.mean)
	value := l.evaluate(got.x[:s.p+s.q], nil)
	m := &Model{
		Order:  Order{P: s.p, D: d, Q: s.q},
		N:      o.count(),
		Phi:    append([]float64(nil), l.phi...),
		Theta:  make([]float64, s.q),
		LogLik: e.logLikelihood(s, got),
		Sigma2: l.sum / float64(e.n-s.coefficients()) * series.scale * series.scale,
	}
	if math.IsInf(value, 0) || l.sum < exact*float64(e.n) {
		return nil, fmt.Errorf("%v: %w", m.Order, ErrNoFit)
	}
	for i, v := range l.theta {
		m.Theta[i] = -v
	}
	if s.mean {
		m.setConstant(series.centre + series.scale*l.solved[l.integrated])
	}
	k := s.coefficients() + 1
	m.AIC = AIC.penalised(m.LogLik, k, e.n)
	m.AICc = AICc.penalised(m.LogLik, k, e.n)
	m.BIC = BIC.penalised(m.LogLik, k, e.n)
	m.state = newState(o, d, l, series.scale)
	return m, nil
}

// exact is a mean square of standardised innovations, in units of the variance
// of the series, that counts as zero.
const exact = 1e-12

// setConstant records μ.
func (m *Model) setConstant(mu float64) {
	m.Constant = constantFor(m.Order.D)
	switch m.Constant {
	case Intercept:
		m.Mean = mu
	case Drift:
		m.Drift = mu
	default:
		panic("forecasting: a constant after two differences")
	}
}
