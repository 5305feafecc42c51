package forecasting

import "errors"

// Limits of the work that one call accepts. They were chosen by measurement, so
// that every call answers or refuses within a second on one core. Missing
// values between others cost extra: n values, m of them missing, count as n (1
// + m²/200), and if m > 0 that may exceed the limit by half.
const (
	// MaxLength is the largest number of values that Auto takes.
	MaxLength = 1000
	// MaxExhaustiveLength is the largest number of values that Auto takes for
	// an exhaustive search.
	MaxExhaustiveLength = 500
	// MaxFitLength is the largest number of values that Fit takes.
	MaxFitLength = 10_000
	// MaxRollLength is the largest number of values that Roll takes.
	MaxRollLength = 150
	// MaxHorizon is the furthest step that Model.Forecast looks ahead.
	MaxHorizon = 1000
	// MaxLag is the largest p and the largest q.
	MaxLag = 5
	// MaxDifferences is the largest d.
	MaxDifferences = 2
)

// Errors for errors.Is. Returned errors wrap them and name the offending value
// or length.
var (
	// ErrTooShort: there are not enough values for the estimate.
	ErrTooShort = errors.New("the series is too short")
	// ErrTooLong: there are more values than the limits above allow.
	ErrTooLong = errors.New("the series is too long")
	// ErrNotFinite: a value is infinite.
	ErrNotFinite = errors.New("a value is not a finite number")
	// ErrOutOfRange: the values, or their differences, are so large or so small
	// (beyond 1e100 or below 1e-100) that their squares can't be represented.
	ErrOutOfRange = errors.New("the values are out of range")
	// ErrConstant: all values are equal, so nothing tells how far they vary.
	ErrConstant = errors.New("all values are equal")
	// ErrLinear: the values lie on a straight line to within a millionth of a
	// step, so nothing tells how far they vary about it.
	ErrLinear = errors.New("the values lie on a straight line")
	// ErrOrder: p, d, q or the constant is outside what the package fits.
	ErrOrder = errors.New("no such model")
	// ErrNoFit: the likelihood has no maximum, because a model of that order
	// explains the series without any error, or it could not be evaluated.
	ErrNoFit = errors.New("the model can't be fitted")
	// ErrHorizon: the horizon is below 1 or above MaxHorizon.
	ErrHorizon = errors.New("no such horizon")
	// ErrCriterion: no information criterion has that name.
	ErrCriterion = errors.New("no such criterion")
)
