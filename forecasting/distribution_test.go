package forecasting

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// Limits of the normal distribution: any table of it (z = 1.281552, 1.959964).
func TestForecastOfNormal(t *testing.T) {
	got := ForecastOf(distuv.Normal{Mu: 240, Sigma: 10})
	want := Forecast{240, 227.18448, 252.81552, 220.40036, 259.59964}
	for _, pair := range [][2]float64{
		{got.Mean, want.Mean},
		{got.Lo80, want.Lo80}, {got.Hi80, want.Hi80},
		{got.Lo95, want.Lo95}, {got.Hi95, want.Hi95},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-5 {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
