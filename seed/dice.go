package seed

import (
	"math/rand/v2"
	"sort"
)

// dice is the only source of randomness.
type dice struct {
	*rand.Rand
	source *rand.PCG
}

func newDice(seed uint64) dice {
	source := rand.NewPCG(seed, scramble(0))
	return dice{rand.New(source), source} //nolint:gosec // nothing here is secret, and all of it must come again
}

// restart begins the stream of one runner, so that a runner's records don't
// depend on how many others there are.
func (d dice) restart(seed, stream uint64) { d.source.Seed(seed, scramble(stream)) }

// scramble spreads neighbouring numbers over all 64 bits (Steele, Lea & Flood,
// 2014, "Fast splittable pseudorandom number generators": SplitMix64).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (d dice) chance(p float64) bool { return d.Float64() < p }

// between draws a whole number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// bell draws a normal deviate within limit standard deviations.
func (d dice) bell(sd, limit float64) float64 {
	for {
		if z := d.NormFloat64(); -limit <= z && z <= limit {
			return sd * z
		}
	}
}

// weights draws indices in proportion to their weights.
type weights []float64

func newWeights(n int, weight func(i int) float64) weights {
	sums := make(weights, n)
	sum := 0.0
	for i := range sums {
		sum += weight(i)
		sums[i] = sum
	}
	return sums
}

// share returns the probability of an index.
func (w weights) share(i int) float64 {
	if i == 0 {
		return w[0] / w[len(w)-1]
	}
	return (w[i] - w[i-1]) / w[len(w)-1]
}

func (w weights) draw(d dice) int {
	at := sort.SearchFloat64s(w, d.Float64()*w[len(w)-1])
	return min(at, len(w)-1)
}

// ranked draws words by Zipf's law, the most common first.
type ranked struct {
	words []string
	weights
}

// newRanked gives word r the weight 1/(r+flatness), because the most common
// names are more even than plain Zipf.
func newRanked(words []string) ranked {
	const flatness = 3
	return ranked{words, newWeights(len(words), func(i int) float64 { return 1 / float64(i+flatness) })}
}

func (r ranked) word(d dice) string { return r.words[r.draw(d)] }
