package forecasting

import (
	"errors"
	"fmt"
	"math"
)

// ErrPrior is returned for a prior whose scale is not positive, or that has
// less than 1 degree of freedom.
var ErrPrior = errors.New("no such prior")

// checkObserved refuses series from which nothing can be predicted, and counts
// the values that are not missing.
func checkObserved(y []float64, prior Prior) (int, error) {
	if len(y) > MaxFitLength {
		return 0, fmt.Errorf("%d values, at most %d: %w", len(y), MaxFitLength, ErrTooLong)
	}
	n, low, high := 0, math.Inf(1), math.Inf(-1)
	for i, v := range y {
		switch {
		case math.IsNaN(v):
			continue
		case math.IsInf(v, 0):
			return 0, fmt.Errorf("value %d is %v: %w", i+1, v, ErrNotFinite)
		case math.Abs(v) > largest:
			return 0, fmt.Errorf("value %d is %v: %w", i+1, v, ErrOutOfRange)
		}
		n++
		low, high = min(low, v), max(high, v)
	}
	if n == 0 || n < 2 && prior.DF == 0 {
		return 0, fmt.Errorf("%d values: %w", n, ErrTooShort)
	}
	return n, checkRange(low, high, prior)
}

// checkRange refuses values that leave nothing to estimate a variance from.
func checkRange(low, high float64, prior Prior) error {
	switch limit := rounding * max(math.Abs(low), math.Abs(high)); {
	case prior.DF > 0:
		return nil
	case high-low <= limit:
		return fmt.Errorf("all values are %v: %w", low, ErrConstant)
	case high-low < smallest:
		return fmt.Errorf("values that differ by less than %v: %w", smallest, ErrOutOfRange)
	}
	return nil
}

// firstObserved returns the first value that is not missing.
func firstObserved(y []float64) float64 {
	for _, v := range y {
		if !math.IsNaN(v) {
			return v
		}
	}
	return math.NaN()
}
