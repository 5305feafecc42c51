package forecasting

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"
)

// denseLikelihood is the log-likelihood of w under an ARMA model, σ² and the
// mean at their maximum, computed the plain way: from the n × n covariance
// matrix, its elements summed from the psi weights.
func denseLikelihood(t testing.TB, w, phi, theta []float64, mean bool) float64 {
	t.Helper()
	n := len(w)
	cov := mat.NewSymDense(n, nil)
	gamma := denseAutocovariance(t, phi, theta, n)
	for i := range n {
		for j := i; j < n; j++ {
			cov.SetSym(i, j, gamma[j-i])
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		return math.NaN()
	}
	x := mat.NewVecDense(n, append([]float64(nil), w...))
	var solved mat.VecDense
	if mean {
		one := mat.NewVecDense(n, nil)
		for i := range n {
			one.SetVec(i, 1)
		}
		var weights mat.VecDense
		mustSolve(t, chol.SolveVecTo(&weights, one))
		mu := mat.Dot(&weights, x) / mat.Dot(&weights, one)
		x.AddScaledVec(x, -mu, one)
	}
	mustSolve(t, chol.SolveVecTo(&solved, x))
	s := mat.Dot(x, &solved)
	size := float64(n)
	return -0.5 * (size*(1+math.Log(2*math.Pi*s/size)) + chol.LogDet())
}

// mustSolve lets a bad condition pass: next to the unit circle it can't be helped.
func mustSolve(t testing.TB, err error) {
	t.Helper()
	var ill mat.Condition
	if err != nil && !errors.As(err, &ill) {
		t.Fatal(err)
	}
}

// denseAutocovariance solves the Yule–Walker equations of an ARMA model with
// innovations of variance 1 for the autocovariances at lags 0 … n-1 (P. J.
// Brockwell and R. A. Davis 1991, Time Series: Theory and Methods, section 3.3).
func denseAutocovariance(t testing.TB, phi, theta []float64, n int) []float64 {
	p, q := len(phi), len(theta)
	m := max(p, q) + 1
	th := make([]float64, m)
	th[0] = 1
	copy(th[1:], theta)
	psi := make([]float64, m)
	for j := range m {
		psi[j] = th[j]
		for i := 1; i <= min(j, p); i++ {
			psi[j] += phi[i-1] * psi[j-i]
		}
	}
	a, b := mat.NewDense(m, m, nil), mat.NewVecDense(m, nil)
	for k := range m {
		a.Set(k, k, a.At(k, k)+1)
		for i := 1; i <= p; i++ {
			lag := max(k-i, i-k)
			a.Set(k, lag, a.At(k, lag)-phi[i-1])
		}
		for j := k; j < m; j++ {
			b.SetVec(k, b.AtVec(k)+th[j]*psi[j-k])
		}
	}
	var g mat.VecDense
	mustSolve(t, g.SolveVec(a, b))
	gamma := make([]float64, max(n, m))
	for k := range gamma {
		if k < m {
			gamma[k] = g.AtVec(k)
			continue
		}
		for i := 1; i <= p; i++ {
			gamma[k] += phi[i-1] * gamma[k-i]
		}
	}
	return gamma[:n]
}

func randomProblem(rng *rand.Rand) (l *likelihood, x []float64, mean bool) {
	p, q, n := rng.IntN(MaxLag+1), rng.IntN(MaxLag+1), 3+rng.IntN(30)
	w := make([]float64, n)
	for i := range w {
		w[i] = rng.NormFloat64()
	}
	x = make([]float64, p+q)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	mean = rng.IntN(2) == 0
	l = newLikelihood(n, gaps{})
	l.prepare(w, p, q, mean)
	return l, x, mean
}

func TestLikelihoodIsTheDenseOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		l, x, mean := randomProblem(rng)
		got := gaussianConstant(len(l.w)) - l.evaluate(x, nil)
		theta := make([]float64, l.q)
		for i, v := range l.theta {
			theta[i] = -v
		}
		want := denseLikelihood(t, l.w, l.phi, theta, mean)
		if !(math.Abs(got-want) < 1e-7*(1+math.Abs(want))) {
			t.Errorf("p=%d q=%d n=%d mean=%v: log-likelihood %v, dense %v", l.p, l.q, len(l.w), mean, got, want)
		}
	}
}

func TestGradientIsThatOfFiniteDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		l, x, _ := randomProblem(rng)
		compareGradient(t, l, x)
	}
}

func compareGradient(t *testing.T, l *likelihood, x []float64) {
	t.Helper()
	got := make([]float64, len(x))
	l.evaluate(x, got)
	want := fd.Gradient(nil, func(x []float64) float64 { return l.evaluate(x, nil) }, x,
		&fd.Settings{Formula: fd.Central, Step: 1e-5})
	for i := range got {
		if !(math.Abs(got[i]-want[i]) < 1e-5*(1+math.Abs(want[i]))) {
			t.Errorf("p=%d q=%d n=%d unknowns=%d: slope %d is %v, by finite differences %v",
				l.p, l.q, len(l.w), l.unknowns, i, got[i], want[i])
		}
	}
}

func TestLikelihoodAllocatesNothing(t *testing.T) {
	l, x, _ := randomProblem(rand.New(rand.NewPCG(5, 6)))
	grad := make([]float64, len(x))
	if got := testing.AllocsPerRun(10, func() { l.evaluate(x, grad) }); got != 0 {
		t.Errorf("%v allocations", got)
	}
}

func TestOptimiserAllocatesNothing(t *testing.T) {
	e := newEstimator(t.Context(), observe(finishTimes(rand.New(rand.NewPCG(5, 7)), 30)), 0, thorough)
	s := spec{2, 1, true}
	if _, err := e.fit(s, true); err != nil { // makes room for the starts
		t.Fatal(err)
	}
	got := testing.AllocsPerRun(10, func() {
		if _, err := e.fit(s, true); err != nil {
			t.Error(err)
		}
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}
