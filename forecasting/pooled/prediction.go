package pooled

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Prediction is the distribution of one finish time, in the unit of the values:
// its logarithm is Location plus Scale times a two-piece Student t with median 0,
// straightened by the Calibration. It is a forecasting.Distribution; the zero value
// is none.
type Prediction struct {
	// N is the number of the runner's earlier results.
	N int
	// Location and Scale are in log time.
	Location, Scale float64
	shape           *shape
}

// predict adds the effect expected of a day to a view.
func (m *Model) predict(v *view, o *Outlook) Prediction {
	return Prediction{
		N:        v.n,
		Location: v.level + o.Effect.Mean,
		Scale:    math.Sqrt(v.variance + v.noise + o.Effect.Variance),
		shape:    m.shape(v.n),
	}
}

// Median is the time that the runner beats with probability one half. It is the
// point prediction: it misses least on the average, and on real results by as
// many per cent as the weighted median that would miss least in per cent (T.
// Gneiting 2011, Making and evaluating point forecasts, Journal of the American
// Statistical Association 106): docs/forecasting.md has the figures.
func (p Prediction) Median() float64 { return p.Quantile(0.5) }

// Quantile returns the time that the runner beats with probability q. It is 0
// for q = 0, infinite for q = 1, NaN outside.
func (p Prediction) Quantile(q float64) float64 {
	switch {
	case !(q >= 0 && q <= 1):
		return math.NaN()
	case q == 0:
		return 0
	case q == 1:
		return math.Inf(1)
	}
	w := p.shape.invert(distuv.UnitNormal.Quantile(q))
	return math.Exp(p.Location + p.Scale*p.shape.quantile(distuv.UnitNormal.CDF(w)))
}

// CDF returns the probability of less than x: the chance to beat the time x.
func (p Prediction) CDF(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return math.NaN()
	case x <= 0:
		return 0
	case math.IsInf(x, 1):
		return 1
	}
	return distuv.UnitNormal.CDF(p.shape.apply(p.score(x)))
}

// score is the normal score of x before calibration.
func (p Prediction) score(x float64) float64 {
	return distuv.UnitNormal.Quantile(p.shape.cdf((math.Log(x) - p.Location) / p.Scale))
}

// Predict returns the distribution of the time of a runner in this state on a
// day not before his last, where the outlook is this.
func (m *Model) Predict(s State, o Outlook, day int, group int8, age float64) Prediction {
	v := m.ahead(&s, day, group, age, o.Newcomers)
	return m.predict(&v, &o)
}
