package forecasting

import (
	"math"
	"testing"
)

// By hand, with no lags: deviations from 3 are -2 -1 0 1 2, partial sums
// -2 -3 -3 -2 0, so 26/25 over the variance of 2.
func TestKPSS(t *testing.T) {
	if got, want := kpss([]float64{1, 2, 3, 4, 5}), 26.0/25/2; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Table 1 of Kwiatkowski et al. (1992) and half-way between its entries.
func TestKPSSPValue(t *testing.T) {
	tests := map[float64]float64{
		0: 0.10, 0.347: 0.10, 0.405: 0.075, 0.463: 0.05, 0.574: 0.025, 0.6565: 0.0175, 0.739: 0.01, 9: 0.01,
	}
	for statistic, want := range tests {
		if got := kpssPValue(statistic); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: got %v, want %v", statistic, got, want)
		}
	}
}
