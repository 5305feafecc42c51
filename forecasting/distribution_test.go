package forecasting

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/stat/distuv"
)

// Limits of the normal distribution: any table of it (z = 1.281552, 1.959964).
func TestForecastOfNormal(t *testing.T) {
	got := ForecastOf(distuv.Normal{Mu: 240, Sigma: 10})
	want := Forecast{Mean: 240, Lo80: 227.18448, Hi80: 252.81552, Lo95: 220.40036, Hi95: 259.59964}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-5)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
