package forecasting

import "fmt"

// Order is the order of an ARIMA model.
type Order struct {
	P int // autoregressive terms, 0 to MaxLag
	D int // differences, 0 to MaxDifferences
	Q int // moving-average terms, 0 to MaxLag
}

// String formats the order as in textbooks: "ARIMA(1,0,2)".
func (o Order) String() string {
	return fmt.Sprintf("ARIMA(%d,%d,%d)", o.P, o.D, o.Q)
}

// Constant tells what μ, the mean of the differenced series, is.
type Constant uint8

const (
	// None: μ is 0.
	None Constant = iota
	// Intercept: μ is the mean of the series; only when d = 0.
	Intercept
	// Drift: μ is the expected change from one value to the next; only when d = 1.
	Drift
)

// String returns "none", "intercept" or "drift".
func (c Constant) String() string {
	switch c {
	case None:
		return "none"
	case Intercept:
		return "intercept"
	case Drift:
		return "drift"
	}
	panic(fmt.Sprintf("forecasting: constant %d", uint8(c)))
}

// constantFor returns the constant that applies after d differences: a
// quadratic trend (d = 2) is never fitted.
func constantFor(d int) Constant {
	return [...]Constant{Intercept, Drift, None}[d]
}

// check refuses orders and constants that the package does not fit.
func (o Order) check(c Constant) error {
	switch {
	case o.P < 0 || o.P > MaxLag || o.Q < 0 || o.Q > MaxLag:
		return fmt.Errorf("%v: p and q go from 0 to %d: %w", o, MaxLag, ErrOrder)
	case o.D < 0 || o.D > MaxDifferences:
		return fmt.Errorf("%v: d goes from 0 to %d: %w", o, MaxDifferences, ErrOrder)
	case c != None && c != constantFor(o.D):
		return fmt.Errorf("%v has no %v: %w", o, c, ErrOrder)
	}
	return nil
}
