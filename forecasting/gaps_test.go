package forecasting

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// denseGaps holds what the full covariance matrix says of a series with gaps:
// the log-likelihood of the values present given the first d of them, σ² and μ
// at their maximum, and the distribution of the values after the end.
type denseGaps struct {
	logLik         float64
	mu             float64
	mean, variance []float64 // of the steps ahead, the variance in units of σ²
}

// denseWithGaps writes y as B δ + C w, w being the differenced series and δ the
// d values that start it, and takes δ out with the first d values present: what
// is left of the others is K w and jointly normal.
func denseWithGaps(t testing.TB, y []float64, d int, phi, theta []float64, withMean bool, horizon int) denseGaps {
	t.Helper()
	total := len(y) + horizon
	var places []int
	for i, v := range y {
		if !math.IsNaN(v) {
			places = append(places, i)
		}
	}
	n := len(places) - d
	for h := range horizon {
		places = append(places, len(y)+h)
	}
	contrasts, fixed := contrastsOf(t, places, total, d)
	gamma := denseAutocovariance(t, phi, theta, total-d)
	cov := mat.NewDense(total-d, total-d, nil)
	for i := range total - d {
		for j := range total - d {
			cov.Set(i, j, gamma[max(i-j, j-i)])
		}
	}
	var half, joint mat.Dense
	half.Mul(contrasts, cov)
	joint.Mul(&half, contrasts.T())
	ones, x := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	level := make([]float64, horizon) // of the steps ahead, from the first d values
	effect := make([]float64, n+horizon)
	for i := range n + horizon {
		start := 0.0
		for j := range d {
			start += fixed.At(i, j) * y[places[j]]
		}
		for k := range total - d {
			effect[i] += contrasts.At(i, k)
		}
		if i < n {
			x.SetVec(i, y[places[d+i]]-start)
			ones.SetVec(i, effect[i])
		} else {
			level[i-n] = start
		}
	}
	return denseNormal(t, &joint, x, ones, level, effect[n:], withMean)
}

// contrastsOf returns K and what the first d values present say of the others.
func contrastsOf(t testing.TB, places []int, total, d int) (k, fixed *mat.Dense) {
	t.Helper()
	rows := len(places)
	b, c := mat.NewDense(rows, max(d, 1), nil), mat.NewDense(rows, total-d, nil)
	for i, place := range places {
		for j := range d { // δ: the value and the slope at 0
			b.Set(i, j, []float64{1, float64(place)}[j])
		}
		for s := d; s <= place; s++ { // w[s] adds 1, or 1, 2, 3, … from s on
			c.Set(i, s-d, []float64{0, 1, float64(place - s + 1)}[d])
		}
		if d == 0 {
			c.Set(i, place, 1)
		}
	}
	rest, restC := mat.NewDense(rows-d, max(d, 1), nil), mat.DenseCopyOf(c.Slice(d, rows, 0, total-d))
	if d == 0 {
		return restC, rest
	}
	var inverse, away mat.Dense
	if err := inverse.Inverse(b.Slice(0, d, 0, d)); err != nil {
		t.Fatal(err)
	}
	rest.Mul(b.Slice(d, rows, 0, d), &inverse)
	away.Mul(rest, c.Slice(0, d, 0, total-d))
	restC.Sub(restC, &away)
	return restC, rest
}

func denseNormal(t testing.TB, joint *mat.Dense, x, ones *mat.VecDense, level, effect []float64, withMean bool) denseGaps {
	t.Helper()
	n := x.Len()
	cov := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			cov.SetSym(i, j, joint.At(i, j))
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		t.Fatal("covariance matrix not positive definite")
	}
	var got denseGaps
	var solved mat.VecDense
	if withMean {
		var weights mat.VecDense
		mustSolve(t, chol.SolveVecTo(&weights, ones))
		got.mu = mat.Dot(&weights, x) / mat.Dot(&weights, ones)
		x.AddScaledVec(x, -got.mu, ones)
	}
	mustSolve(t, chol.SolveVecTo(&solved, x))
	size := float64(n)
	got.logLik = -0.5 * (size*(1+math.Log(2*math.Pi*mat.Dot(x, &solved)/size)) + chol.LogDet())
	for h := range level {
		cross := mat.NewVecDense(n, nil)
		for i := range n {
			cross.SetVec(i, joint.At(n+h, i))
		}
		var weights mat.VecDense
		mustSolve(t, chol.SolveVecTo(&weights, cross))
		got.mean = append(got.mean, level[h]+effect[h]*got.mu+mat.Dot(&weights, x))
		got.variance = append(got.variance, joint.At(n+h, n+h)-mat.Dot(&weights, cross))
	}
	return got
}

// punch makes values of y missing, ends among them, and leaves at least six.
func punch(rng *rand.Rand, y []float64) []float64 {
	y = append([]float64(nil), y...)
	for range 1 + rng.IntN(len(y)-6) {
		y[rng.IntN(len(y))] = math.NaN()
	}
	for i := range rng.IntN(3) {
		y[len(y)-1-i] = math.NaN()
	}
	if len(present(y)) < 6 {
		return punch(rng, []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5})
	}
	return y
}

func TestGapsAreIntegratedOut(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for range 200 {
		y := punch(rng, finishTimes(rng, 10+rng.IntN(20)))
		d := rng.IntN(MaxDifferences + 1)
		s := spec{p: rng.IntN(MaxLag + 1), q: rng.IntN(MaxLag + 1), mean: d < 2 && rng.IntN(2) == 0}
		got := estimate{}
		for i := range s.p + s.q {
			got.x[i] = rng.NormFloat64()
		}
		compareGaps(t, y, d, s, got)
	}
}

// compareGaps checks likelihood and forecasts at given coefficients.
func compareGaps(t *testing.T, y []float64, d int, s spec, at estimate) {
	t.Helper()
	e := newEstimator(t.Context(), observe(y), d, single)
	e.like.prepare(e.series(s).w, s.p, s.q, s.mean)
	at.value = e.like.evaluate(at.x[:s.p+s.q], nil)
	theta := make([]float64, s.q)
	for i, v := range e.like.theta {
		theta[i] = -v
	}
	const horizon = 4
	want := denseWithGaps(t, y, d, e.like.phi, theta, s.mean, horizon)
	if got := e.logLikelihood(s, at); !(math.Abs(got-want.logLik) < 1e-6*(1+math.Abs(want.logLik))) {
		t.Errorf("%+v, d = %d, %v: log-likelihood %v, dense %v", s, d, y, got, want.logLik)
	}
	m := &Model{Order: Order{s.p, d, s.q}, Phi: e.like.phi, Theta: theta}
	if s.mean {
		m.setConstant(e.series(s).centre + e.series(s).scale*e.like.solved[e.like.integrated])
	}
	m.Sigma2 = 1
	m.state = newState(observe(y), d, e.like, e.series(s).scale)
	forecasts, err := m.Forecast(horizon)
	if err != nil {
		t.Fatal(err)
	}
	for h, f := range forecasts {
		half, wantHalf := f.Hi95-f.Mean, z95*math.Sqrt(want.variance[h])
		if math.Abs(f.Mean-want.mean[h]) > 1e-6*(1+math.Abs(want.mean[h])) || math.Abs(half-wantHalf) > 1e-6*(1+wantHalf) {
			t.Errorf("%+v, d = %d, %v: step %d is %v ± %v, dense %v ± %v", s, d, y, h+1, f.Mean, half, want.mean[h], wantHalf)
		}
	}
}

// The gradient with gaps is that of finite differences.
func TestGradientWithGaps(t *testing.T) {
	rng := rand.New(rand.NewPCG(33, 34))
	for range 100 {
		o := observe(punch(rng, finishTimes(rng, 10+rng.IntN(20))))
		d := rng.IntN(MaxDifferences + 1)
		e := newEstimator(t.Context(), o, d, single)
		p, q := rng.IntN(MaxLag+1), rng.IntN(MaxLag+1)
		e.like.prepare(e.centred.w, p, q, d < 2)
		x := make([]float64, p+q)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		compareGradient(t, e.like, x)
	}
}

// missingReference is a series of testdata/missing.json: see the README there.
type missingReference struct {
	Name   string
	Values []*float64
	Auto   missingFit   `json:"auto_aic"`
	Fixed  []missingFit `json:"fixed_order_ml"`
}

type missingFit struct {
	referenceFit
	Mean, SE, Lo95, Hi95 []float64
}

func loadMissing(t *testing.T) []missingReference {
	t.Helper()
	text, err := os.ReadFile("testdata/missing.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []missingReference
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func (r missingReference) y() []float64 {
	y := make([]float64, len(r.Values))
	for i, v := range r.Values {
		y[i] = math.NaN()
		if v != nil {
			y[i] = *v
		}
	}
	return y
}

func TestGapsAtGivenOrdersAgreeWithR(t *testing.T) {
	checked := 0
	for _, r := range loadMissing(t) {
		y := r.y()
		for _, want := range r.Fixed {
			if exact := denseGapsAt(t, y, want); !(exact >= want.LogLik-2e-3) {
				t.Logf("%s: R reports %.4f, its coefficients give %.4f", r.Name, want.LogLik, exact)
				continue
			}
			constant := None
			if want.Order[1] == 0 {
				constant = Intercept
			}
			m, err := Fit(t.Context(), y, want.order(), constant)
			if err != nil {
				t.Errorf("%s %v: %v", r.Name, want.order(), err)
				continue
			}
			checked++
			if m.LogLik < want.LogLik-2e-3 {
				t.Errorf("%s %v: log-likelihood %.5f, that of R is %.5f", r.Name, m, m.LogLik, want.LogLik)
			}
			if math.Abs(m.LogLik-want.LogLik) < 1e-4 {
				// R divides by the number of differenced values.
				free := float64(m.N - m.Order.D)
				share := math.Sqrt((free - float64(len(m.Coefficients()))) / free)
				compareSteps(t, r.Name, m, want.Mean, want.SE, share)
			}
		}
	}
	if checked < 240 {
		t.Errorf("%d fits compared", checked)
	}
}

// compareSteps checks means and standard errors to 1 %, see compareForecast.
func compareSteps(t *testing.T, name string, m *Model, mean, se []float64, share float64) {
	t.Helper()
	forecasts, err := m.Forecast(len(mean))
	if err != nil {
		t.Fatal(err)
	}
	for h, f := range forecasts {
		got := (f.Hi95 - f.Mean) / z95 * share
		if math.Abs(f.Mean-mean[h]) > 0.01*se[h] || math.Abs(got-se[h]) > 0.01*se[h] {
			t.Errorf("%s %v: step %d is %v ± %v, R's %v ± %v", name, m, h+1, f.Mean, got, mean[h], se[h])
		}
	}
}

// denseGapsAt is the exact log-likelihood at R's coefficients.
func denseGapsAt(t *testing.T, y []float64, f missingFit) float64 {
	phi, theta := f.polynomials()
	if !rootsOutside(phi, 1) {
		return math.Inf(-1)
	}
	return denseWithGaps(t, y, f.Order[1], phi, theta, f.Order[1] == 0, 0).logLik
}

func TestGapsChooseAsR(t *testing.T) {
	for _, r := range loadMissing(t) {
		m, err := Auto(t.Context(), r.y(), Options{})
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		want := r.Auto
		if m.Order.D != want.Order[1] || m.AIC > want.AIC+0.01 {
			t.Errorf("%s: %v with %.3f, R's %v with %.3f", r.Name, m, m.AIC, want.order(), want.AIC)
		}
		if m.Order != want.order() || m.Constant.String() != want.Constant {
			t.Logf("%s: %v with %.3f, R's %v with %.3f", r.Name, m, m.AIC, want.order(), want.AIC)
			continue
		}
		se := make([]float64, len(want.Mean))
		for h := range se {
			se[h] = (want.Hi95[h] - want.Mean[h]) / z95
		}
		compareSteps(t, r.Name, m, want.Mean, se, 1)
	}
}

func TestInfiniteValuesAreRefused(t *testing.T) {
	if _, err := Auto(t.Context(), []float64{1, math.Inf(1), 3}, Options{}); !errors.Is(err, ErrNotFinite) {
		t.Errorf("got %v", err)
	}
}
