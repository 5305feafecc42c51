package predictions

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// The number of bootstrap samples, and the seed of their random numbers.
const (
	resamples     = 1000
	bootstrapSeed = 2007
)

// contrast compares the club model with another method in one bucket.
type contrast struct {
	bucket, other int
}

// differences compares the club model with every other method on the same
// races, in each bucket. The 95 % interval is the percentile interval of 1,000
// bootstrap samples of runners, each with all their races, because the races of
// one runner are not independent evidence (B. Efron and R. J. Tibshirani 1993,
// An introduction to the bootstrap, chapters 8 and 13).
func (b *backtest) differences(ctx context.Context) ([]Difference, error) {
	club := slices.IndexFunc(b.methods, func(c contestant) bool { return c.method == ClubModel })
	if club < 0 || len(b.trials) == 0 {
		return nil, nil
	}
	var contrasts []contrast
	for bucket := range Buckets {
		for other, c := range b.methods {
			if other != club && (other == 0 || c.method != b.methods[other-1].method) {
				contrasts = append(contrasts, contrast{bucket, other})
			}
		}
	}
	sums, races := b.sumsByRunner(club, contrasts)
	total, counted := make([]float64, len(contrasts)), make([]float64, len(Buckets))
	for runner := range b.runners {
		addTo(total, sums[runner*len(contrasts):])
		addTo(counted, races[runner*len(Buckets):])
	}
	samples := make([][]float64, resamples)
	err := inParallel(ctx, resamples, func(i int) {
		samples[i] = resample(i, b.runners, contrasts, sums, races)
	})
	if err != nil {
		return nil, err
	}
	var list []Difference
	for k, c := range contrasts {
		if counted[c.bucket] == 0 {
			continue
		}
		other := b.methods[c.other]
		d := Difference{Method: other.method, Earlier: Buckets[c.bucket].Key, Races: int(counted[c.bucket])}
		d.MAPE = total[k] / counted[c.bucket]
		d.Low, d.High = middle95(samples, k)
		list = append(list, d)
	}
	return list, nil
}

// sumsByRunner returns, for each scored runner, the sum of differences of
// absolute percentage errors in every contrast, and the number of races in
// every bucket.
func (b *backtest) sumsByRunner(club int, contrasts []contrast) (sums, races []float64) {
	sums, races = make([]float64, b.runners*len(contrasts)), make([]float64, b.runners*len(Buckets))
	for i, t := range b.trials {
		actual := b.actual(t)
		miss := func(method int) float64 {
			return 100 * math.Abs(float64(b.methods[method].said[i].time)-actual) / actual
		}
		for k, c := range contrasts {
			if Buckets[c.bucket].holds(t.earlier) {
				sums[t.scored*len(contrasts)+k] += miss(club) - miss(c.other)
			}
		}
		for k, bucket := range Buckets {
			if bucket.holds(t.earlier) {
				races[t.scored*len(Buckets)+k]++
			}
		}
	}
	return sums, races
}

// addTo adds values element by element to the start of sum.
func addTo(sum, values []float64) {
	for i := range sum {
		sum[i] += values[i]
	}
}

// resample returns the mean difference in every contrast for one sample of
// runners, NaN if the sample has no race in the bucket.
func resample(number, runners int, contrasts []contrast, sums, races []float64) []float64 {
	r := rand.New(rand.NewPCG(bootstrapSeed, uint64(number))) //nolint:gosec // drawing lots needs no secrets, and number is 0 or more
	total, counted := make([]float64, len(contrasts)), make([]float64, len(Buckets))
	for range runners {
		runner := r.IntN(runners)
		addTo(total, sums[runner*len(contrasts):])
		addTo(counted, races[runner*len(Buckets):])
	}
	for k, c := range contrasts {
		total[k] /= counted[c.bucket]
	}
	return total
}

// middle95 returns the percentiles 2.5 and 97.5 of a contrast over the samples
// that have a value for it.
func middle95(samples [][]float64, contrast int) (low, high float64) {
	var values []float64
	for _, sample := range samples {
		if !math.IsNaN(sample[contrast]) {
			values = append(values, sample[contrast])
		}
	}
	slices.Sort(values)
	last := float64(len(values) - 1)
	return values[int(math.Round(0.025*last))], values[int(math.Round(0.975*last))]
}
