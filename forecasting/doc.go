// Package forecasting fits ARIMA models without season to short series of
// numbers and forecasts them: the number of differences by KPSS tests, the
// orders by stepwise search on an information criterion, the coefficients by
// exact Gaussian maximum likelihood, the error by rolling forecast origin.
//
// An ARIMA(p,d,q) model says that w, the series differenced d times, obeys
//
//	w[t] - μ = φ1 (w[t-1] - μ) + … + φp (w[t-p] - μ) + e[t] + θ1 e[t-1] + … + θq e[t-q]
//
// with independent normal e of mean 0 and variance σ². μ is the mean of the
// series when d = 0, the drift (the change expected at each step) when d = 1,
// and always 0 when d = 2.
//
// The rules of the package: pure numbers in, forecasts out (no runner, no
// database, no clock); the slices passed in are never changed; bad data is an
// error that wraps one of the Err values; all work is bounded by MaxLength,
// MaxRollLength and MaxHorizon and stops soon after its context is done; the
// same numbers give the same answer, in minutes as in milliseconds.
//
// The method is that of R. J. Hyndman and Y. Khandakar (2008), Automatic time
// series forecasting: the forecast package for R, Journal of Statistical
// Software 27(3).
package forecasting
