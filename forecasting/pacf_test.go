package forecasting

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

// expand returns the coefficients c of 1 - c1 z - … = Π (1 - z/root).
func expand(roots []complex128) []float64 {
	poly := []complex128{1}
	for _, root := range roots {
		next := make([]complex128, len(poly)+1)
		for i, v := range poly {
			next[i] += v
			next[i+1] -= v / root
		}
		poly = next
	}
	c := make([]float64, len(roots))
	for i := range c {
		c[i] = -real(poly[i+1])
	}
	return c
}

func TestRootsOutside(t *testing.T) {
	pair := cmplx.Rect(1.05, 1)
	tests := []struct {
		name  string
		roots []complex128
		least float64
	}{
		{"none", nil, math.Inf(1)},
		{"one", []complex128{1.02}, 1.02},
		{"negative", []complex128{-1.005}, 1.005},
		{"a pair", []complex128{pair, cmplx.Conj(pair)}, 1.05},
		{"five", []complex128{pair, cmplx.Conj(pair), 1.5, -3, 1.009}, 1.009},
		{"explosive", []complex128{0.9, 2}, 0.9},
	}
	for _, tt := range tests {
		c := expand(tt.roots)
		for _, radius := range []float64{0.95, 1, 1.01, 1.03, 1.2} {
			if got, want := rootsOutside(c, radius), tt.least > radius; got != want {
				t.Errorf("%s: roots beyond %v: %v, want %v", tt.name, radius, got, want)
			}
		}
	}
}

func TestEveryParameterGivesAStationaryModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for range 1000 {
		x := make([]float64, 1+rng.IntN(MaxLag))
		for i := range x {
			x[i] = 2 * rng.NormFloat64()
		}
		var l levinson
		l.set(x)
		if c := l.coefficients(); !rootsOutside(c, 1) {
			t.Errorf("%v gives %v", x, c)
		}
	}
}
