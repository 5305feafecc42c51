package forecasting

import (
	"math"
	"testing"
)

// Worked by hand from formula (43) of Gneiting and Raftery (2007).
func TestIntervalScore(t *testing.T) {
	for _, c := range []struct{ level, x, want float64 }{
		{0.95, 240, 30},
		{0.95, 255, 30},
		{0.95, 256, 70},
		{0.80, 220, 80},
	} {
		if got := IntervalScore(225, 255, c.level, c.x); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("level %v, value %v: got %v, want %v", c.level, c.x, got, c.want)
		}
	}
}
