package forecasting

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// conditional returns mean and variance, in units of σ², of the value h steps
// after w given w, from the joint covariance matrix.
func conditional(t *testing.T, w, phi, theta []float64, mean float64, h int) (float64, float64) {
	t.Helper()
	n := len(w)
	gamma := denseAutocovariance(t, phi, theta, n+h)
	cov, cross := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	x := mat.NewVecDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			cov.SetSym(i, j, gamma[j-i])
		}
		cross.SetVec(i, gamma[n-1+h-i])
		x.SetVec(i, w[i]-mean)
	}
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		t.Fatal("covariance matrix not positive definite")
	}
	var weights mat.VecDense
	mustSolve(t, chol.SolveVecTo(&weights, cross))
	return mean + mat.Dot(&weights, x), gamma[0] - mat.Dot(&weights, cross)
}

func TestForecastIsTheConditionalNormal(t *testing.T) {
	const horizon = 6
	orders := []Order{{0, 0, 0}, {1, 0, 0}, {0, 0, 1}, {2, 0, 0}, {0, 0, 3}, {1, 0, 2}, {3, 0, 1}, {5, 0, 0}}
	rng := rand.New(rand.NewPCG(7, 8))
	for _, order := range orders {
		y := finishTimes(rng, 20)
		m, err := Fit(t.Context(), y, order, Intercept)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Forecast(horizon)
		if err != nil {
			t.Fatal(err)
		}
		for h := 1; h <= horizon; h++ {
			mean, variance := conditional(t, y, m.Phi, m.Theta, m.Mean, h)
			f := got[h-1]
			want := Forecast{Mean: mean, Hi80: mean + 1.2815515655446*math.Sqrt(m.Sigma2*variance), Hi95: mean + 1.9599639845401*math.Sqrt(m.Sigma2*variance)}
			want.Lo80, want.Lo95 = 2*mean-want.Hi80, 2*mean-want.Hi95
			if distance(f, want) > 1e-4*(want.Hi95-want.Lo95) {
				t.Errorf("%v, step %d: got %+v, want %+v", order, h, f, want)
			}
		}
	}
}

// distance is the largest difference of two forecasts.
func distance(a, b Forecast) float64 {
	return max(math.Abs(a.Mean-b.Mean), math.Abs(a.Lo80-b.Lo80), math.Abs(a.Hi80-b.Hi80),
		math.Abs(a.Lo95-b.Lo95), math.Abs(a.Hi95-b.Hi95))
}

// By hand: after d differences without coefficients, the error of step h is
// the sum of h innovations (d = 1), or of 1, 2, … h times them (d = 2).
func TestForecastsOfDifferences(t *testing.T) {
	y := []float64{1, 3, 2, 5, 9, 8}
	tests := []struct {
		name     string
		order    Order
		constant Constant
		means    []float64
		shares   []float64
		sigma2   float64
	}{
		// differences 2 -1 3 4 -1
		{"random walk", Order{0, 1, 0}, None, []float64{8, 8, 8}, []float64{1, 2, 3}, 31.0 / 5},
		{"drift", Order{0, 1, 0}, Drift, []float64{9.4, 10.8, 12.2}, []float64{1, 2, 3}, (31 - 5*1.4*1.4) / 4},
		// second differences -3 4 1 -5
		{"twice", Order{0, 2, 0}, None, []float64{7, 6, 5}, []float64{1, 5, 14}, 51.0 / 4},
	}
	for _, tt := range tests {
		m, err := Fit(t.Context(), y, tt.order, tt.constant)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(m.Sigma2-tt.sigma2) > 1e-9 {
			t.Errorf("%s: σ² is %v, want %v", tt.name, m.Sigma2, tt.sigma2)
		}
		got, err := m.Forecast(3)
		if err != nil {
			t.Fatal(err)
		}
		for h, f := range got {
			half := 1.9599639845401 * math.Sqrt(tt.sigma2*tt.shares[h])
			if math.Abs(f.Mean-tt.means[h]) > 1e-9 || math.Abs(f.Hi95-tt.means[h]-half) > 1e-9 {
				t.Errorf("%s: step %d is %+v, want %v ± %v", tt.name, h+1, f, tt.means[h], half)
			}
		}
	}
}

func TestForecastRefusesHorizons(t *testing.T) {
	m, err := Fit(t.Context(), []float64{1, 2, 4, 3}, Order{}, Intercept)
	if err != nil {
		t.Fatal(err)
	}
	for _, horizon := range []int{-1, 0, MaxHorizon + 1, math.MaxInt} {
		if _, err := m.Forecast(horizon); !errors.Is(err, ErrHorizon) {
			t.Errorf("horizon %d: %v", horizon, err)
		}
	}
}
