package forecasting

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The table is the function, up to rounding: between the knots, on them, and
// where it ends.
func TestStudentTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for _, df := range []float64{0.7, 1, 1.5, 2, 3, 4.2, 9, 12.5, 59, 130.25, 9999} {
		s, near := newStudent(df), 1e-13
		if df > 100 {
			near = 1e-9 // the incomplete beta function itself is no closer next to 0
		}
		zs := []float64{0, 1e-300, 1.0 / knotsPerUnit, 1, tabulated, -tabulated, math.Nextafter(tabulated, 0), 1e3, -1e6, math.Inf(1), math.Inf(-1)}
		for range 2000 {
			zs = append(zs, rng.NormFloat64()*4)
		}
		for _, z := range zs {
			cdf, density := s.at(z)
			if want := studentCDF(z, df); math.Abs(cdf-want) > near {
				t.Errorf("df %v: CDF of %v is %v, want %v", df, z, cdf, want)
			}
			if want := s.exactDensity(z); math.Abs(density-want) > 1e3*near {
				t.Errorf("df %v: density at %v is %v, want %v", df, z, density, want)
			}
		}
		if !math.IsNaN(first(s.at(math.NaN()))) {
			t.Errorf("df %v: CDF of NaN is %v", df, first(s.at(math.NaN())))
		}
	}
}

func first(a, _ float64) float64 { return a }

// What is remembered changes no number, and is bounded.
func TestStudentTablesAreRemembered(t *testing.T) {
	for i := range 3 * maxTables {
		df := 1 + float64(i%(2*maxTables))/7
		if got, want := first(studentOf(df).at(0.3)), first(newStudent(df).at(0.3)); got != want {
			t.Errorf("df %v: got %v, want %v", df, got, want)
		}
		if len(tables.of) > maxTables {
			t.Fatalf("%d tables are remembered", len(tables.of))
		}
	}
}

func BenchmarkQuantiles(b *testing.B) {
	p, err := Predict([]float64{240, 251, 233, 246, 229, 238, 244, 236, 241, 230}, Prior{Scale: 8, DF: 3.5, Odd: Odd{Share: 0.1, Shift: 2, Spread: 2}})
	if err != nil {
		b.Fatal(err)
	}
	d := p.at(1)
	for b.Loop() {
		ForecastOf(d)
	}
}
