package forecasting

// IntervalScore returns how good the interval from lo to hi was, said to hold
// the value with probability level, when the value was x: its width, and
// 2/(1-level) times the distance by which x lies outside. Less is better; on
// average it is least for the quantiles of the true distribution (T. Gneiting
// and A. E. Raftery 2007, Strictly proper scoring rules, prediction, and
// estimation, Journal of the American Statistical Association 102, section 6.2).
// It is in the unit of the series.
func IntervalScore(lo, hi, level, x float64) float64 {
	outside := max(lo-x, x-hi, 0)
	return hi - lo + 2/(1-level)*outside
}
