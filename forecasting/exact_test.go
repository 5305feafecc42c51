package forecasting

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/optimize"
)

// Anywhere, but most often next to the unit circle, the likelihood is that of
// the covariance matrix, or refused: where it would be off by more than 1e-4
// upwards an optimiser would run after the error.
func TestLikelihoodNextToTheUnitCircle(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 42))
	refused, coarse := 0, 0
	const problems = 500
	for range problems {
		l, x, mean := randomProblem(rng)
		for i := range x {
			x[i] *= 4 * rng.Float64()
			if rng.IntN(3) == 0 {
				x[i] = math.Copysign(pressed, x[i])
			}
		}
		value := l.evaluate(x, nil)
		if math.IsInf(value, 1) {
			refused++
			continue
		}
		got := gaussianConstant(len(l.w)) - value
		want := preciseLikelihood(l.w, l.ar.r[:l.p], l.ma.r[:l.q], mean)
		if got > want+1e-4 {
			t.Errorf("p=%d q=%d n=%d mean=%v at %v: log-likelihood %v, precisely %v", l.p, l.q, len(l.w), mean, x, got, want)
		}
		if got < want-1e-4 {
			coarse++
		}
	}
	t.Logf("of %d, %d refused, %d too low", problems, refused, coarse)
	if refused > problems/6 || coarse > problems/50 {
		t.Errorf("of %d, %d refused, %d too low", problems, refused, coarse)
	}
}

// fitCase is a series, already differenced, and the order fitted to it.
type fitCase struct {
	name string
	w    []float64
	p, q int
	mean bool
}

// tolerance of log-likelihoods at the same order.
const exactly = 1e-5

// simulatedCases draws series of 6 to 40 values and orders up to p + q = 4.
func simulatedCases(seed uint64, n int) []fitCase {
	rng := rand.New(rand.NewPCG(seed, seed))
	lengths := [...]int{6, 8, 10, 10, 12, 15, 20, 40}
	orders := [...][2]int{{1, 0}, {0, 1}, {1, 1}, {2, 0}, {0, 2}, {2, 1}, {1, 2}, {2, 2}, {3, 0}, {0, 3}, {3, 1}, {1, 3}}
	cases := make([]fitCase, 0, n)
	for len(cases) < n {
		y, order, d := mixedSeries(rng, lengths[rng.IntN(len(lengths))]), orders[rng.IntN(len(orders))], rng.IntN(3)
		c := fitCase{w: difference(y, d), p: order[0], q: order[1], mean: d < 2 && rng.IntN(2) == 0}
		c.name = fmt.Sprintf("simulated, n = %d, (%d,%d,%d), mean %v", len(y), c.p, d, c.q, c.mean)
		if len(c.w) > c.p+c.q+1 {
			cases = append(cases, c)
		}
	}
	return cases
}

// referenceCases are those of the reference of up to 60 values, every step-th.
func referenceCases(t testing.TB, step int) []fitCase {
	ref := loadReference(t)
	var cases []fitCase
	for i := 0; i < len(ref.FixedOrder); i += step {
		f := ref.FixedOrder[i]
		if y := ref.byName[f.Name]; f.Order[0]+f.Order[2] > 0 && len(y) <= 60 {
			name := fmt.Sprintf("%s %v", f.Name, f.order())
			cases = append(cases, fitCase{name, difference(y, f.Order[1]), f.Order[0], f.Order[2], f.Order[1] == 0})
		}
	}
	return cases
}

// TestFitsAreMaxima: no start leads a general optimiser on the likelihood from
// the covariance matrix to more than what we report, and it is what we report.
func TestFitsAreMaxima(t *testing.T) {
	step, simulated, starts := 10, 150, 4
	if raced {
		simulated, starts = 20, 2
	}
	cases := append(referenceCases(t, step), simulatedCases(2024, simulated)...)
	if missed := belowOthers(t, cases, starts); missed > 0 {
		t.Errorf("%d of %d fits are not at the maximum", missed, len(cases))
	}
}

// BenchmarkMaxima is the same at length: 1,500 cases and 30 starts for each.
func BenchmarkMaxima(b *testing.B) {
	cases := append(referenceCases(b, 1), simulatedCases(2025, 1000)...)
	for b.Loop() {
		b.ReportMetric(float64(belowOthers(b, cases, 30)), "missed")
		b.ReportMetric(float64(len(cases)), "fits")
	}
}

// belowOthers counts the fits that are lower than where a random start leads.
func belowOthers(t testing.TB, cases []fitCase, starts int) int {
	t.Helper()
	var missed atomic.Int64
	inParallel(len(cases), func(i int) {
		c := cases[i]
		ours, x := c.fit(t)
		if precise := c.precisely(x); math.Abs(precise-ours) > exactly {
			t.Errorf("%s: log-likelihood %.7f, precisely %.7f", c.name, ours, precise)
		}
		rng := rand.New(rand.NewPCG(uint64(i), 51))
		best := math.Inf(-1)
		for range starts {
			if value, x := c.climb(t, rng); value > ours+exactly {
				best = max(best, c.precisely(x))
			}
		}
		if best > ours+exactly {
			missed.Add(1)
			t.Logf("%s: log-likelihood %.6f, from another start %.6f", c.name, ours, best)
		}
	})
	t.Logf("%d of %d fits below the best of %d random starts", missed.Load(), len(cases), starts)
	return int(missed.Load())
}

// fit returns our log-likelihood and the parameters.
func (c fitCase) fit(t testing.TB) (float64, []float64) {
	e := newEstimator(t.Context(), observe(c.w), 0, thorough.paired())
	s := spec{c.p, c.q, c.mean}
	got, err := e.fit(s, false)
	if err != nil {
		t.Fatal(err)
	}
	return e.logLikelihood(s, got), got.x[:c.p+c.q]
}

// precisely is the log-likelihood from the covariance matrix in long numbers.
func (c fitCase) precisely(x []float64) float64 {
	r := make([]float64, len(x))
	for i, v := range x {
		r[i] = (1 - edge) * math.Tanh(v)
	}
	return preciseLikelihood(c.w, r[:c.p], r[c.p:], c.mean)
}

// climb goes from a random start to a maximum.
func (c fitCase) climb(t testing.TB, rng *rand.Rand) (height float64, x []float64) {
	start := make([]float64, c.p+c.q)
	for i := range start {
		start[i] = math.Atanh(0.995 * math.Sin(math.Pi*(rng.Float64()-0.5)))
	}
	problem := optimize.Problem{Func: func(x []float64) float64 { return c.dense(t, x) }}
	settings := &optimize.Settings{FuncEvaluations: 150 * len(start)}
	got, err := optimize.Minimize(problem, start, settings, &optimize.NelderMead{})
	if got == nil {
		t.Fatal(err)
	}
	return -got.F, got.X
}

// dense is the negative log-likelihood at the partial autocorrelations tanh x.
func (c fitCase) dense(t testing.TB, x []float64) float64 {
	var phi, theta []float64
	for i, v := range x {
		r := (1 - edge) * math.Tanh(v)
		if i < c.p {
			phi = withPartial(phi, r)
		} else {
			theta = withPartial(theta, r)
		}
	}
	for i := range theta {
		theta[i] = -theta[i]
	}
	got := denseLikelihood(t, c.w, phi, theta, c.mean)
	if math.IsNaN(got) {
		return math.Inf(1)
	}
	return -got
}

// withPartial adds a partial autocorrelation to coefficients (Durbin, Levinson).
func withPartial(c []float64, r float64) []float64 {
	next := make([]float64, 0, len(c)+1)
	for j := range c {
		next = append(next, c[j]-r*c[len(c)-1-j])
	}
	return append(next, r)
}
