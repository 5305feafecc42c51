package forecasting

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// coverage counts how often limits held the value, and adds up their scores.
type coverage struct {
	n, in95, in80    int
	width95          float64
	score95, score80 float64
}

func (c *coverage) add(f Forecast, x float64) {
	c.n++
	if f.Lo95 <= x && x <= f.Hi95 {
		c.in95++
	}
	if f.Lo80 <= x && x <= f.Hi80 {
		c.in80++
	}
	c.width95 += f.Hi95 - f.Lo95
	c.score95 += IntervalScore(f.Lo95, f.Hi95, 0.95, x)
	c.score80 += IntervalScore(f.Lo80, f.Hi80, 0.80, x)
}

// count takes in a value by the probability predicted to lie below it.
func (c *coverage) count(below float64) {
	c.n++
	tail := min(below, 1-below)
	if tail >= 0.025 {
		c.in95++
	}
	if tail >= 0.1 {
		c.in80++
	}
}

func (c *coverage) share95() float64 { return float64(c.in95) / float64(c.n) }
func (c *coverage) share80() float64 { return float64(c.in80) / float64(c.n) }

// generator draws series of a kind; each draw has parameters of its own. Times
// are minutes: means from 150 to 300, standard deviations from 5 to 20.
type generator struct {
	name string
	draw func(rng *rand.Rand, n int) []float64
}

func uniform(rng *rand.Rand, low, high float64) float64 { return low + (high-low)*rng.Float64() }

// about puts deviations, in units of a standard deviation, about a level.
func about(rng *rand.Rand, z []float64) []float64 {
	level, scale := uniform(rng, 150, 300), uniform(rng, 5, 20)
	for i := range z {
		z[i] = level + scale*z[i]
	}
	return z
}

// normalNoise draws n independent deviations.
func normalNoise(rng *rand.Rand, n int) []float64 {
	z := make([]float64, n)
	for i := range z {
		z[i] = rng.NormFloat64()
	}
	return z
}

// autoregression draws from an AR(1), started from its stationary distribution.
func autoregression(rng *rand.Rand, n int, phi float64) []float64 {
	z := normalNoise(rng, n)
	z[0] /= math.Sqrt(1 - phi*phi)
	for i := 1; i < n; i++ {
		z[i] += phi * z[i-1]
	}
	return z
}

// walk draws a random walk whose mean step is drift standard deviations.
func walk(rng *rand.Rand, n int, drift float64) []float64 {
	z := normalNoise(rng, n)
	for i := 1; i < n; i++ {
		z[i] += z[i-1] + drift
	}
	return z
}

// line draws independent deviations about a line.
func line(rng *rand.Rand, n int, slope float64) []float64 {
	z := normalNoise(rng, n)
	for i := range z {
		z[i] += slope * float64(i)
	}
	return z
}

// fixed returns the generator with one value of its parameter.
func fixed(name string, draw func(*rand.Rand, int, float64) []float64, v float64) generator {
	return generator{fmt.Sprintf("%s %v", name, v), func(rng *rand.Rand, n int) []float64 {
		return about(rng, draw(rng, n, v))
	}}
}

// ranged returns the generator with its parameter drawn evenly from a range.
func ranged(name string, draw func(*rand.Rand, int, float64) []float64, low, high float64) generator {
	return generator{fmt.Sprintf("%s %v to %v", name, low, high), func(rng *rand.Rand, n int) []float64 {
		return about(rng, draw(rng, n, uniform(rng, low, high)))
	}}
}

// minutes draws as the reference's series of kind runnermix seem to have been:
// slope or drift in minutes for each step, whatever the standard deviation. (Of
// the limits 1, 1.5, 2, 2.5 and 3 of slope and drift, 2 gives the values of these
// series the highest likelihood; of their standard deviations, about 3 to 15.)
func minutes(name string, draw func(*rand.Rand, int, float64) []float64, most float64) generator {
	return generator{fmt.Sprintf("%s to %v min", name, most), func(rng *rand.Rand, n int) []float64 {
		level, scale := uniform(rng, 180, 320), uniform(rng, 3, 15)
		z := draw(rng, n, uniform(rng, -most, most)/scale)
		for i := range z {
			z[i] = level + scale*z[i]
		}
		return z
	}}
}

// generators are those of the table in docs/forecasting.md.
func generators() []generator {
	return []generator{
		{"normal", func(rng *rand.Rand, n int) []float64 { return about(rng, normalNoise(rng, n)) }},
		ranged("AR(1)", autoregression, 0.2, 0.9),
		ranged("walk, drift", walk, -0.5, 0.5),
		ranged("walk, drift", walk, -1.5, 1.5),
		ranged("trend", line, -0.3, 0.3),
		ranged("trend", line, -1.5, 1.5),
		minutes("walk, drift", walk, 2),
		minutes("trend", line, 2),
	}
}

// gridded are the same kinds at fixed parameters.
func gridded() []generator {
	var list []generator
	for _, phi := range []float64{-0.3, 0.3, 0.6, 0.9} {
		list = append(list, fixed("AR(1)", autoregression, phi))
	}
	for _, drift := range []float64{0, 0.25, 0.5, 1, 2} {
		list = append(list, fixed("walk, drift", walk, drift))
	}
	for _, slope := range []float64{0.05, 0.1, 0.25, 0.5, 1, 2} {
		list = append(list, fixed("trend", line, slope))
	}
	return list
}

// A sample of what BenchmarkCoverage measures: 94 to 96 and 79 to 81 %, with
// three binomial standard errors more on both sides.
func TestLimitsCover(t *testing.T) {
	const series = 500
	for i, g := range generators() {
		for _, n := range []int{3, 5, 10, 20} {
			rng := rand.New(rand.NewPCG(41, uint64(100*i+n)))
			var got coverage
			for range series {
				got.count(belowLast(t, g.draw(rng, n+1)))
			}
			what := fmt.Sprintf("%s, %d values", g.name, n)
			checkShare(t, what, got.share95(), series, 0.95)
			checkShare(t, what, got.share80(), series, 0.80)
		}
	}
}

// belowLast returns the probability predicted to lie below the last value from
// those before it.
func belowLast(t *testing.T, y []float64) float64 {
	t.Helper()
	last := len(y) - 1
	p, err := Predict(y[:last], Prior{})
	if err != nil {
		t.Fatal(err)
	}
	return p.at(1).CDF(y[last])
}

// checkShare allows a hundredth and three standard errors.
func checkShare(t *testing.T, what string, got float64, n int, want float64) {
	t.Helper()
	if limit := 0.01 + 3*math.Sqrt(want*(1-want)/float64(n)); math.Abs(got-want) > limit {
		t.Errorf("%s: coverage %.3f, want within %.3f of %v", what, got, limit, want)
	}
}

// The next values of the reference's series: coverage within two binomial
// standard errors, and interval scores beside those of R's own limits.
func TestLimitsCoverReference(t *testing.T) {
	for kind, series := range map[string]int{"run10_": 228, "runmix_": 241} {
		var ours, textbook coverage
		outside := 0
		for _, s := range loadReference(t).Series {
			if !strings.HasPrefix(s.Name, kind) || len(s.Future) == 0 {
				continue
			}
			p, err := Predict(s.Values, Prior{})
			if err != nil {
				t.Fatal(err)
			}
			f, r := ForecastOf(p.at(1)), s.AIC
			ours.add(f, s.Future[0])
			textbook.add(Forecast{r.Mean1, r.Lo80, r.Hi80, r.Lo95, r.Hi95}, s.Future[0])
			if r.Mean1 < f.Lo80 || r.Mean1 > f.Hi80 {
				outside++
			}
		}
		if !raced && ours.n != series {
			t.Errorf("%s: %d series, want %d", kind, ours.n, series)
		}
		t.Logf("%s %d series\n%v\n%v (R)\nARIMA's mean outside the 80 %% limits: %d", kind, ours.n, ours, textbook, outside)
		checkWithin(t, kind, ours.share95(), ours.n, 0.95)
		checkWithin(t, kind, ours.share80(), ours.n, 0.80)
	}
}

// checkWithin allows two standard errors.
func checkWithin(t *testing.T, what string, got float64, n int, want float64) {
	t.Helper()
	if limit := 2 * math.Sqrt(want*(1-want)/float64(n)); math.Abs(got-want) > limit {
		t.Errorf("%s: coverage %.3f, want within %.3f of %v", what, got, limit, want)
	}
}
