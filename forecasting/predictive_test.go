package forecasting

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat/distuv"
)

// With one structure and no prior the predictive distribution is the textbook's:
// about the mean with n - 1 degrees of freedom and scale s √(1 + 1/n).
func TestPredictAboutMean(t *testing.T) {
	f := newStructure(0, 0, level(1))
	end := f.filter([]float64{3, 5, 10})
	r := end.regress(0)
	mean, variance := end.ahead(&r, 1)
	if !close9(mean, 6) || !close9(r.rest, 26) || !close9(variance, 4./3) {
		t.Errorf("mean %v, sum of squares %v, variance %v; want 6, 26, 4/3", mean, r.rest, variance)
	}
}

// randomSeries draws short series of several kinds, some with missing values.
func randomSeries(rng *rand.Rand) []float64 {
	y := make([]float64, 2+rng.IntN(30))
	slope, level := rng.NormFloat64(), 240.0
	for i := range y {
		level += 5 * float64(rng.IntN(2)) * rng.NormFloat64()
		y[i] = level + slope*float64(i) + 10*rng.NormFloat64()
		if i > 2 && rng.IntN(10) == 0 {
			y[i] = math.NaN()
		}
	}
	return y
}

func TestPredictFollowsUnits(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 100 {
		y := randomSeries(rng)
		for _, m := range [][2]float64{{60, 0}, {1. / 60, 0}, {1, 1000}, {-1, 0}, {-60000, 5e6}} {
			z := make([]float64, len(y))
			for i := range y {
				z[i] = m[1] + m[0]*y[i]
			}
			for _, prior := range []Prior{{}, {Scale: 8, DF: 4}} {
				checkUnits(t, y, z, prior, m)
			}
		}
	}
}

// checkUnits compares the predictions from y and from z = m[1] + m[0] y.
func checkUnits(t *testing.T, y, z []float64, prior Prior, m [2]float64) {
	t.Helper()
	a, err := Predict(y, prior)
	if err != nil {
		t.Fatal(err)
	}
	prior.Scale *= math.Abs(m[0])
	b, err := Predict(z, prior)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []float64{0.025, 0.1, 0.5, 0.9, 0.975} {
		mirrored := p
		if m[0] < 0 {
			mirrored = 1 - p
		}
		low, high := a.at(2).Quantile(0.025), a.at(2).Quantile(0.975)
		want := m[1] + m[0]*a.at(2).Quantile(mirrored)
		if got := b.at(2).Quantile(p); math.Abs(got-want) > 1e-7*math.Abs(m[0])*(high-low) {
			t.Errorf("%v times %v: quantile %v is %v, want %v", m, y, p, got, want)
		}
	}
}

func TestQuantiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	for range 100 {
		for _, prior := range []Prior{{}, {Scale: 8, DF: 3.5, Odd: Odd{Share: 0.1, Shift: 2, Spread: 2}}} {
			p, err := Predict(randomSeries(rng), prior)
			if err != nil {
				t.Fatal(err)
			}
			checkQuantiles(t, p.at(1+rng.IntN(5)))
		}
	}
}

// checkQuantiles tells whether quantiles rise and CDF is their inverse.
func checkQuantiles(t *testing.T, d Distribution) {
	t.Helper()
	last := math.Inf(-1)
	for _, p := range []float64{1e-6, 0.001, 0.025, 0.1, 0.3, 0.5, 0.7, 0.9, 0.975, 0.999, 1 - 1e-6} {
		x := d.Quantile(p)
		if !(x > last) {
			t.Errorf("quantile %v is %v, not above %v", p, x, last)
		}
		if got := d.CDF(x); math.Abs(got-p) > 1e-9 {
			t.Errorf("CDF of quantile %v is %v", p, got)
		}
		last = x
	}
	if !math.IsInf(d.Quantile(0), -1) || !math.IsInf(d.Quantile(1), 1) || !math.IsNaN(d.Quantile(2)) {
		t.Errorf("quantiles 0, 1, 2: %v %v %v", d.Quantile(0), d.Quantile(1), d.Quantile(2))
	}
}

// One part is a Student t: quantiles as gonum's stat/distuv has them.
func TestMixtureOfOne(t *testing.T) {
	for _, df := range []float64{1, 2, 3.5, 9, 59, 1000} {
		got := &mixture{df: df, parts: []part{{1, 5, 2}}}
		want := distuv.StudentsT{Mu: 5, Sigma: 2, Nu: df}
		for _, p := range []float64{0.01, 0.025, 0.1, 0.5, 0.8, 0.975} {
			if g, w := got.Quantile(p), want.Quantile(p); !scalar.EqualWithinAbsOrRel(g, w, 1e-8, 1e-8) {
				t.Errorf("df %v: quantile %v is %v, want %v", df, p, g, w)
			}
		}
	}
}

// With probability 0.1 twice as wide and two scales higher.
func TestPredictOdd(t *testing.T) {
	y := []float64{240, 250, 235, 242}
	prior := Prior{Scale: 8, DF: 4}
	usual, err := Predict(y, prior)
	if err != nil {
		t.Fatal(err)
	}
	prior.Odd = Odd{Share: 0.1, Shift: 2, Spread: 2}
	got, err := Predict(y, prior)
	if err != nil {
		t.Fatal(err)
	}
	far := usual.at(1)
	for i := range far.parts {
		far.parts[i].location += 2 * far.parts[i].scale
		far.parts[i].scale *= 2
	}
	for _, x := range []float64{200, 240, 250, 300} {
		want := 0.9*usual.at(1).CDF(x) + 0.1*far.CDF(x)
		if c := got.at(1).CDF(x); !close9(c, want) {
			t.Errorf("CDF of %v is %v, want %v", x, c, want)
		}
	}
}

func TestPredictRefuses(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		y     []float64
		prior Prior
		want  error
	}{
		{nil, Prior{}, ErrTooShort},
		{[]float64{nan, nan}, Prior{Scale: 10, DF: 5}, ErrTooShort},
		{[]float64{240}, Prior{}, ErrTooShort},
		{[]float64{240, nan}, Prior{}, ErrTooShort},
		{[]float64{240, 240, 240}, Prior{}, ErrConstant},
		{[]float64{240, math.Inf(1)}, Prior{}, ErrNotFinite},
		{[]float64{240, 1e101}, Prior{}, ErrOutOfRange},
		{[]float64{0, 1e-101}, Prior{}, ErrOutOfRange},
		{make([]float64, MaxFitLength+1), Prior{}, ErrTooLong},
		{[]float64{240, 250}, Prior{Scale: -1, DF: 5}, ErrPrior},
		{[]float64{240, 250}, Prior{Scale: 10, DF: 0.5}, ErrPrior},
		{[]float64{240, 250}, Prior{Scale: 10, DF: nan}, ErrPrior},
		{[]float64{240, 250}, Prior{Scale: 10, DF: 4, Odd: Odd{Share: 1, Spread: 2}}, ErrPrior},
		{[]float64{240, 250}, Prior{Scale: 10, DF: 4, Odd: Odd{Share: 0.1}}, ErrPrior},
	} {
		if _, err := Predict(c.y, c.prior); !errors.Is(err, c.want) {
			t.Errorf("%v, %v: got %v, want %v", c.y, c.prior, err, c.want)
		}
	}
}

// What no variance can be told from otherwise: a line bends at last, and a prior
// speaks where the series is silent.
func TestPredictDegenerate(t *testing.T) {
	for name, c := range map[string]struct {
		y     []float64
		prior Prior
	}{
		"line":        {[]float64{1, 2, 3, 4, 5}, Prior{}},
		"alternating": {[]float64{1, 2, 1, 2, 1, 2, 1, 2}, Prior{}},
		"jump":        {[]float64{240, 240, 240, 240, 300}, Prior{}},
		"tiny":        {[]float64{1e-7, 2e-7, 1.5e-7}, Prior{}},
		"huge":        {[]float64{1e11, 1e11 + 1e5, 1e11 + 3e5}, Prior{}},
		"one value":   {[]float64{240}, Prior{Scale: 12, DF: 5}},
		"constant":    {[]float64{240, 240, 240}, Prior{Scale: 12, DF: 5}},
		"two values":  {[]float64{240, 250}, Prior{}},
	} {
		p, err := Predict(c.y, c.prior)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ForecastOf(p.at(1))
		if !(got.Lo95 < got.Lo80 && got.Lo80 < got.Mean && got.Mean < got.Hi80 && got.Hi80 < got.Hi95) {
			t.Errorf("%s: %v", name, got)
		}
		checkQuantiles(t, p.at(1))
	}
}

func TestCalibrated(t *testing.T) {
	y := []float64{227, 232, 221, 230, 224, 219}
	m, err := Auto(context.Background(), y, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Calibrated(y, 5, Prior{})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := m.Forecast(5)
	for h, c := range got {
		if c.Mean != want[h].Mean || c.Hi95 != c.Distribution.Quantile(0.975) {
			t.Errorf("step %d: %v; textbook %v", h+1, c.Forecast, want[h])
		}
		if h > 0 && c.Hi95-c.Lo95 < got[h-1].Hi95-got[h-1].Lo95 {
			t.Errorf("step %d is narrower than the one before", h+1)
		}
	}
	if _, err := m.Calibrated(y, 0, Prior{}); !errors.Is(err, ErrHorizon) {
		t.Errorf("horizon 0: %v", err)
	}
}

func FuzzPredict(f *testing.F) {
	f.Add(240.0, 250.0, 235.0, 242.0, 12.0, 4.0)
	f.Add(1e100, -1e100, 1e-100, 0.0, 1e-99, 1e99)
	f.Fuzz(func(t *testing.T, a, b, c, d, scale, df float64) {
		for _, prior := range []Prior{{}, {Scale: scale, DF: df}} {
			p, err := Predict([]float64{a, b, c, d}, prior)
			if err != nil {
				continue
			}
			list, err := p.Distributions(3)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range list {
				got := ForecastOf(step)
				if !(got.Lo95 <= got.Lo80 && got.Lo80 <= got.Mean && got.Mean <= got.Hi80 && got.Hi80 <= got.Hi95) {
					t.Errorf("%v, %v: %v", []float64{a, b, c, d}, prior, got)
				}
			}
		}
	})
}
