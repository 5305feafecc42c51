package pooled

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func TestExponentWithoutPairsIsTheDefault(t *testing.T) {
	same := Pair{A: Source{5000, 3, 0.01}, B: Source{5000, 3.1, 0.01}}
	for _, pairs := range [][]Pair{nil, {same}} {
		got, want := EstimateExponent(pairs), DefaultExponent()
		within(t, "k", got.K, want.K-1e-12, want.K+1e-12)
		within(t, "sd", got.SD, want.SD-1e-12, want.SD+1e-12)
		within(t, "between", got.Between, want.Between-1e-12, want.Between+1e-12)
	}
}

// slowingPairs are of runners whose k is normal about mean.
func slowingPairs(n int, mean, between, noise float64, rng *rand.Rand) []Pair {
	pairs := make([]Pair, n)
	distances := []float64{5000, 10000, 21097.5, 42195}
	for i := range pairs {
		a, b := distances[rng.IntN(2)], distances[2+rng.IntN(2)]
		k := mean + between*rng.NormFloat64()
		level := 3 + 0.2*rng.NormFloat64()
		pairs[i] = Pair{
			Series: i,
			A:      Source{a, level + noise*rng.NormFloat64(), noise * noise},
			B:      Source{b, level + k*math.Log(b/a) + noise*rng.NormFloat64(), noise * noise},
		}
		if rng.IntN(50) == 0 {
			pairs[i].B.Location += 0.5 // walked
		}
	}
	return pairs
}

func TestEstimateExponentRecoversTheTruth(t *testing.T) {
	for _, mean := range []float64{1.04, 1.07, 1.12} {
		for _, between := range []float64{0.01, 0.05} {
			e := EstimateExponent(slowingPairs(500, mean, between, 0.04, rand.New(rand.NewPCG(1, 2))))
			within(t, "k", e.K, mean-4*e.SD, mean+4*e.SD)
			within(t, "sd", e.SD, 0.001, 0.005)
			within(t, "between", e.Between, between-0.01, between+0.02)
		}
	}
}

// Intervals of converted times cover, from one distance and from two.
func TestCoverageOfConversions(t *testing.T) {
	c := Default()
	c.Tail, c.Skew, c.DayEffect = 1000, 0, 1e-6
	m, err := NewModel(c)
	if err != nil {
		t.Fatal(err)
	}
	e := Exponent{K: 1.07, SD: 0.001, Between: 0.03}
	rng := rand.New(rand.NewPCG(3, 4))
	const n, sd = 4000, 0.03
	for _, metres := range [][]float64{{5000}, {5000, 10000}, {10000, 21097.5, 10000}} {
		inside := 0.0
		for range n {
			k := e.K + e.Between*rng.NormFloat64()
			level := 3 + 0.2*rng.NormFloat64()
			var sources []Source
			for _, d := range metres {
				sources = append(sources, Source{d, level + k*math.Log(d/5000) + sd*rng.NormFloat64(), sd * sd})
			}
			converted, err := m.Convert(e, sources, 42195)
			if err != nil {
				t.Fatal(err)
			}
			actual := level + k*math.Log(42195.0/5000) + c.Noise*rng.NormFloat64()
			if u := converted.CDF(math.Exp(actual)); math.Abs(u-0.5) < 0.475 {
				inside++
			}
		}
		within(t, "coverage", inside/n, 0.94, 0.96)
	}
}

func TestConvertAgreesWithRiegel(t *testing.T) {
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	sure := Exponent{K: 1.06}
	got, err := m.Convert(sure, []Source{{10_000, math.Log(40), 0.001}}, 42_195)
	if err != nil {
		t.Fatal(err)
	}
	want := 40 * math.Pow(4.2195, 1.06) // Riegel 1981
	within(t, "median", got.Median(), want*(1-1e-9), want*(1+1e-9))
	old, err := m.Convert(sure, []Source{{10_000, math.Log(40), m.noise + m.dayEffect + 10*m.wander}}, 42_195)
	if err != nil {
		t.Fatal(err)
	}
	if old.Scale <= got.Scale {
		t.Errorf("an old race is as sure as a fresh one: %g, %g", old.Scale, got.Scale)
	}
}

// A runner who slows down more than most is believed, in part.
func TestConvertShrinksTheRunnersExponent(t *testing.T) {
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	own := math.Log(20) + 1.15*math.Log(2)
	got, err := m.Convert(DefaultExponent(), []Source{{5_000, math.Log(20), 1e-4}, {10_000, own, 1e-4}}, 21_097)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "exponent", got.Exponent.K, 1.08, 1.149)
}

func TestWarnings(t *testing.T) {
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		from, to float64
		want     Warning
	}{
		{10_000, 42_195, NoWarning},
		{42_300, 21_097, NoWarning},
		{42_195, 88_000, BeyondMarathon},
		{100_000, 42_195, BeyondMarathon},
		{400, 42_195, FormulasPart},
	} {
		got, err := m.Convert(DefaultExponent(), []Source{{test.from, 4, 0.001}}, test.to)
		if err != nil {
			t.Fatal(err)
		}
		if got.Warning != test.want {
			t.Errorf("%g to %g: got %d (%g apart), want %d", test.from, test.to, got.Warning, got.Apart, test.want)
		}
	}
}

func TestConvertRefuses(t *testing.T) {
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	good := Source{5000, 3, 0.01}
	for _, test := range []struct {
		sources []Source
		metres  float64
		want    error
	}{
		{nil, 5000, ErrNoData},
		{[]Source{good}, 0, ErrDistance},
		{[]Source{good}, math.NaN(), ErrDistance},
		{[]Source{{-1, 3, 0.01}}, 5000, ErrDistance},
		{[]Source{{5000, 3, 0}}, 5000, ErrValue},
		{[]Source{{5000, math.NaN(), 1}}, 5000, ErrValue},
	} {
		if _, err := m.Convert(DefaultExponent(), test.sources, test.metres); !errors.Is(err, test.want) {
			t.Errorf("%v to %g: got %v, want %v", test.sources, test.metres, err, test.want)
		}
	}
}
