package forecasting

// Distribution is the distribution of one future value, in the unit of the
// series. The distributions of gonum's stat/distuv implement it.
type Distribution interface {
	// Quantile returns the value below which the future value stays with
	// probability p, 0 < p < 1.
	Quantile(p float64) float64
	// CDF returns the probability that the future value is at most x: for a
	// finish time, the chance to beat x.
	CDF(x float64) float64
}

// ForecastOf reads a Forecast off a distribution: the median in place of the
// mean (they are equal if the distribution is symmetric, and a median always
// exists), and limits at the quantiles 0.1 and 0.9, 0.025 and 0.975.
func ForecastOf(d Distribution) Forecast {
	return Forecast{
		Mean: d.Quantile(0.5),
		Lo80: d.Quantile(0.1), Hi80: d.Quantile(0.9),
		Lo95: d.Quantile(0.025), Hi95: d.Quantile(0.975),
	}
}
