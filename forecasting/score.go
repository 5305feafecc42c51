package forecasting

// IntervalScore returns the score of a prediction interval from lo to hi with
// probability level when the value turned out to be x: its width, plus
// 2/(1-level) times the distance by which x lies outside. Smaller is better;
// the expected score is least for the quantiles of the true distribution (T.
// Gneiting and A. E. Raftery 2007, Strictly proper scoring rules, prediction,
// and estimation, Journal of the American Statistical Association 102, section
// 6.2). It is in the unit of the series.
func IntervalScore(lo, hi, level, x float64) float64 {
	outside := max(lo-x, x-hi, 0)
	return hi - lo + 2/(1-level)*outside
}
