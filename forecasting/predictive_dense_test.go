package forecasting

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
)

// denseMember computes logarithm of the weight, mean and scale of one model from
// the covariance matrix of the observed values and the one predicted.
func denseMember(y []float64, s *structure, sl slope, prior Prior, steps int) (logWeight, mean, scale float64) {
	var at []int
	for t, v := range y {
		if !math.IsNaN(v) {
			at = append(at, t)
		}
	}
	n := len(at)
	at = append(at, len(y)-1+steps)
	cov := mat.NewSymDense(n+1, nil)
	for i, t := range at {
		for j, u := range at[:i+1] {
			v := math.Pow(s.phi, float64(t-u)) * denseVariance(s, u)
			v += sl.deviation * sl.deviation * float64(t-len(y)+1) * float64(u-len(y)+1)
			if i == j {
				v += s.noise
			}
			cov.SetSym(i, j, v)
		}
	}
	past := mat.NewSymDense(n, nil)
	past.CopySym(cov)
	var c mat.Cholesky
	c.Factorize(past)
	ones, values, cross := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		ones.SetVec(i, 1)
		values.SetVec(i, y[at[i]])
		cross.SetVec(i, cov.At(i, n))
	}
	var a, b, k mat.VecDense
	_ = c.SolveVecTo(&a, ones)
	_ = c.SolveVecTo(&b, values)
	_ = c.SolveVecTo(&k, cross)
	information := mat.Dot(ones, &a)
	level := mat.Dot(values, &a) / information
	rest := mat.Dot(values, &b) - level*level*information + prior.DF*prior.Scale*prior.Scale
	df := float64(n-1) + prior.DF
	missing := 1 - mat.Dot(&k, ones)
	variance := cov.At(n, n) - mat.Dot(&k, cross) + missing*missing/information
	logWeight = math.Log(sl.weight) - 0.5*c.LogDet() - 0.5*math.Log(information) - 0.5*df*math.Log(rest)
	return logWeight, level*missing + mat.Dot(&k, values), math.Sqrt(variance * rest / df)
}

// denseVariance returns the variance of the signal at t.
func denseVariance(s *structure, t int) float64 {
	v := s.start
	for range t {
		v = s.phi*s.phi*v + s.signal
	}
	return v
}

func TestPredictAgainstDense(t *testing.T) {
	for _, y := range [][]float64{
		{250, 241},
		{250, 241, 262, 239, 244, 251, 230},
		{math.NaN(), 250, 241, math.NaN(), math.NaN(), 239, 244, math.NaN()},
	} {
		for _, prior := range []Prior{{}, {Scale: 12, DF: 3}} {
			p, err := Predict(y, prior)
			if err != nil {
				t.Fatal(err)
			}
			for _, steps := range []int{1, 2, 7} {
				checkDense(t, y, prior, p.at(steps), steps)
			}
		}
	}
}

func checkDense(t *testing.T, y []float64, prior Prior, got *mixture, steps int) {
	t.Helper()
	var weights []float64
	var want []part
	for i := range family {
		for _, s := range family[i].slopes {
			w, mean, scale := denseMember(y, &family[i], s, prior, steps)
			weights = append(weights, w)
			want = append(want, part{0, mean, scale})
		}
	}
	highest := slices.Max(weights)
	sum := 0.0
	for i := range weights {
		want[i].weight = math.Exp(weights[i] - highest)
		sum += want[i].weight
	}
	want = slices.DeleteFunc(want, func(p part) bool { return p.weight < negligible })
	if len(got.parts) != len(want) {
		t.Fatalf("%v: %d parts, want %d", y, len(got.parts), len(want))
	}
	for i, w := range want {
		g := got.parts[i]
		if !close9(g.weight, w.weight/sum) || !close9(g.location, w.location) || !close9(g.scale, w.scale) {
			t.Errorf("%v, %v, step %d, part %d: got %v, want %v (weights sum to %v)", y, prior, steps, i, g, w, sum)
		}
	}
}

func close9(a, b float64) bool { return scalar.EqualWithinAbsOrRel(a, b, 1e-9, 1e-9) }
