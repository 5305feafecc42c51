// Package pooled forecasts many short series that share what none of them can
// know alone: the finish times of the runners of a club over one distance.
//
// The model, in x = log of the finish time, of runner i in race j on day t:
//
//	x[i,j]     = level[i](t) + effect[j] + noise[i,j]
//	level[i]   = a random walk in real time about a drift with age, pulled
//	             slowly towards where runners of that sex and age start
//	effect[j]  = course(t) + day[j], what all who ran that day have in common
//	first time = newcomers(sex, age, t) + effect[j] + a wide spread
//
// The noise is a two-piece Student t, heavier on the slow side, and each runner
// has a scale of his own, learned as his results come in. Everything that is
// not one runner's is estimated over all runners (see Constants and Estimate).
//
// The filter goes through the days in order. On each it first predicts
// everybody who ran, from the days before; then it estimates the effect of the
// day from how all of them surprised it; then it moves each runner's level,
// with the effect taken out, by his share of the surprise, little when it looks
// like a walked race. So no prediction knows a result of its own day or later,
// nor the effect of its own day.
//
// The rules of the package: pure numbers in, predictions out (no runner's name,
// no database, no clock); slices passed in are never changed; bad data is an
// error that wraps one of the Err values; work is linear in the number of
// results and stops soon after its context is done; the order of the
// observations passed in, and the unit of their values, does not matter.
//
// Sources: A. C. Harvey (1989), Forecasting, structural time series models and
// the Kalman filter; M. West and P. J. Harrison (1997), Bayesian forecasting and
// dynamic models, chapter 4 (the unknown scale); R. J. Meinhold and N. D.
// Singpurwalla (1989), Robustification of Kalman filter models, Journal of the
// American Statistical Association 84 (the weights of outliers).
package pooled
