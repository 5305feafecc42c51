package forecasting

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// notLikelihoods lists the fits whose log-likelihood in R is more than 2e-3
// above the exact one of R's own coefficients: R's diffuse prior is
// approximate, and on the unit circle its figure is no likelihood.
var notLikelihoods = []string{
	"BJsales.lead ARIMA(1,0,0)",
	"runmix_295 ARIMA(1,0,0)",
	"uspop ARIMA(1,0,1)",
	"women_weight ARIMA(3,0,0)",
}

// inParallel runs work for 0 … n-1.
func inParallel(n int, work func(i int)) {
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				work(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}

func TestFixedOrdersReachTheLikelihoodOfR(t *testing.T) {
	const tolerance = 2e-3
	ref := loadReference(t)
	var mutex sync.Mutex
	var excused []string
	inParallel(len(ref.FixedOrder), func(i int) {
		f := ref.FixedOrder[i]
		name := fmt.Sprintf("%s %v", f.Name, f.order())
		y := ref.byName[f.Name]
		if exact := denseAt(t, y, f); !(exact >= f.LogLik-tolerance) {
			mutex.Lock()
			excused = append(excused, name)
			mutex.Unlock()
			t.Logf("%s: R reports %.4f, its coefficients give %.4f", name, f.LogLik, exact)
			return
		}
		constant := None
		if f.Order[1] == 0 {
			constant = Intercept
		}
		m, err := fit(t.Context(), observe(y), f.order(), constant, thorough.paired())
		switch {
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case m.LogLik < f.LogLik-tolerance:
			t.Errorf("%s: log-likelihood %.5f, that of R is %.5f", name, m.LogLik, f.LogLik)
		}
	})
	slices.Sort(excused)
	if !raced && !slices.Equal(excused, notLikelihoods) {
		t.Errorf("got excuses %q, want %q", excused, notLikelihoods)
	}
}

// denseAt is the exact log-likelihood at R's coefficients.
func denseAt(t *testing.T, y []float64, f referenceFit) float64 {
	w := difference(y, f.Order[1])
	for i := range w {
		w[i] -= f.Coef["intercept"]
	}
	phi, theta := f.polynomials()
	if !rootsOutside(phi, 1) {
		return math.Inf(-1)
	}
	return denseLikelihood(t, w, phi, theta, false)
}

func TestAutoChoosesAsR(t *testing.T) {
	tests := []struct {
		criterion Criterion
		theirs    func(referenceSeries) (fit referenceFit, value float64)
	}{
		{AIC, func(s referenceSeries) (referenceFit, float64) { return s.AIC, s.AIC.AIC }},
		{AICc, func(s referenceSeries) (referenceFit, float64) { return s.AICc, s.AICc.AICc }},
	}
	ref, listed := loadReference(t), listOfMaxima(t)
	for _, tt := range tests {
		t.Run(tt.criterion.String(), func(t *testing.T) {
			models := make([]*Model, len(ref.Series))
			inParallel(len(ref.Series), func(i int) {
				var err error
				if models[i], err = Auto(t.Context(), ref.Series[i].Values, Options{Criterion: tt.criterion}); err != nil {
					t.Errorf("%s: %v", ref.Series[i].Name, err)
				}
			})
			same, all := 0, 0
			for i, m := range models {
				want, theirs := tt.theirs(ref.Series[i])
				equal := compareChoice(t, ref.Series[i], m, tt.criterion, want, theirs)
				if listed[maximumLine(tt.criterion, ref.Series[i])] {
					all++
					if equal {
						same++
					}
				}
			}
			t.Logf("%d of %d where R is at a maximum chosen as R does", same, all)
			if !raced && same*100 < all*97 {
				t.Errorf("%d of %d chosen as R does, want 97 %%", same, all)
			}
		})
	}
}

// compareChoice reports whether order and constant are those of R.
func compareChoice(t *testing.T, s referenceSeries, m *Model, c Criterion, want referenceFit, theirs float64) bool {
	if m == nil {
		return false
	}
	if m.Order.D != want.Order[1] {
		t.Errorf("%s: %d differences, R has %d", s.Name, m.Order.D, want.Order[1])
	}
	// R, too, goes by AIC when there are three values; it reports an AICc of 0.
	if len(s.Values) > 3 && m.Criterion(c) > theirs+0.01 {
		t.Errorf("%s: %v has %v %.3f; R's %v with %s has %.3f",
			s.Name, m, c, m.Criterion(c), want.order(), want.Constant, theirs)
	}
	same := m.Order == want.order() && m.Constant.String() == want.Constant
	if !same {
		t.Logf("%s, n = %d: %v, %v %.3f; R's %v with %s has %.3f",
			s.Name, len(s.Values), m, c, m.Criterion(c), want.order(), want.Constant, theirs)
	}
	if same && math.Abs(m.Criterion(c)-theirs) < 1e-3 {
		compareForecast(t, s.Name, m, want)
	}
	return same
}

// compareForecast checks the forecast of the same model. R counts the first d
// values, which it gives a wide prior, among the residuals: its σ² is up to 2 %
// larger after differencing.
func compareForecast(t *testing.T, name string, m *Model, want referenceFit) {
	forecasts, err := m.Forecast(1)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	tolerance := 1e-3
	if m.Order.D > 0 {
		tolerance = 0.01
	}
	got, width := forecasts[0], want.Hi95-want.Lo95
	pairs := [][2]float64{{got.Mean, want.Mean1}, {got.Lo80, want.Lo80}, {got.Hi80, want.Hi80}, {got.Lo95, want.Lo95}, {got.Hi95, want.Hi95}}
	for _, pair := range pairs {
		if !(math.Abs(pair[0]-pair[1]) < tolerance*width) {
			t.Errorf("%s: %v forecasts %+v; R %v (%v, %v)", name, m, got, want.Mean1, want.Lo95, want.Hi95)
			return
		}
	}
}

// An exhaustive search with a better optimiser finds at least what R's finds.
func TestExhaustiveSearchIsNotAboveThatOfR(t *testing.T) {
	ref := loadReference(t)
	var series []referenceSeries
	for _, s := range ref.Series {
		if s.Exhaustive != nil {
			series = append(series, s)
		}
	}
	if !raced && len(series) < 200 {
		t.Fatalf("%d series have an exhaustive search", len(series))
	}
	inParallel(len(series), func(i int) {
		s := series[i]
		m, err := Auto(t.Context(), s.Values, Options{Exhaustive: true})
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			return
		}
		if m.Order.D != s.Exhaustive.Order[1] || m.AIC > s.Exhaustive.AIC+0.01 {
			t.Errorf("%s, n = %d: %v, AIC %.3f; R's %v with %s has %.3f",
				s.Name, len(s.Values), m, m.AIC, s.Exhaustive.order(), s.Exhaustive.Constant, s.Exhaustive.AIC)
		}
	})
}
