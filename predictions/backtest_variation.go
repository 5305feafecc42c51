package predictions

import (
	"cmp"
	"context"
	"math"
	"slices"

	"runnerdb/forecasting"
)

// Variation is what the runners of a club share about how far their times
// vary: the scale of the prior of a variance, as a share of a runner's mean
// time, and its degrees of freedom. The zero value says nothing.
type Variation struct {
	Share float64 `json:"share"`
	DF    float64 `json:"df"`
}

// Prior is what it says of a runner with these times.
func (v Variation) Prior(minutes []float64) forecasting.Prior {
	if v == (Variation{}) {
		return forecasting.Prior{}
	}
	return forecasting.Prior{Scale: v.Share * meanOf(minutes), DF: v.DF}
}

func meanOf(minutes []float64) float64 { return forecasting.Naive[1].Predict(minutes) }

// What a Variation may be, and how many races tell: with fewer than the least
// there is none, and of more than the most a sample.
var (
	shares  = []float64{0.02, 0.025, 0.03, 0.035, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.15}
	degrees = []float64{1, 1.5, 2, 3, 4, 6}
)

const (
	leastVaried = 100
	mostVaried  = 600
)

// variation is the one by which the intervals of 80 and 95 % about the races
// of the runners with odd ids, each from MinRaces or more before it, have the
// least sum of interval scores, in shares of the time (optimum score
// estimation; T. Gneiting and A. E. Raftery 2007, Strictly proper scoring rules,
// prediction, and estimation, Journal of the American Statistical Association
// 102, section 9). It is searched for in shares and degrees of freedom by turns.
func (b *backtest) variation(ctx context.Context) (Variation, error) {
	samples := b.varied()
	if len(samples) < leastVaried {
		return Variation{}, nil
	}
	best, least := Variation{DF: 3}, math.Inf(1)
	try := func(tried []Variation) error {
		for _, v := range tried {
			score, err := v.score(ctx, samples)
			if err != nil {
				return err
			}
			if score < least {
				best, least = v, score
			}
		}
		return nil
	}
	for _, next := range []func() []Variation{best.ofShares, best.ofDegrees, best.ofShares} {
		if err := try(next()); err != nil {
			return Variation{}, err
		}
	}
	return best, nil
}

// ofShares are those with the same degrees of freedom.
func (v *Variation) ofShares() []Variation {
	var list []Variation
	for _, share := range shares {
		list = append(list, Variation{share, v.DF})
	}
	return list
}

// ofDegrees are those with the same share.
func (v *Variation) ofDegrees() []Variation {
	var list []Variation
	for _, df := range degrees {
		list = append(list, Variation{v.Share, df})
	}
	return list
}

// sample is a race to predict and the times before it.
type sample struct {
	before []float64
	actual float64
}

// varied are the races that tell the variation.
func (b *backtest) varied() []sample {
	var odd []int
	for runner, career := range b.careers {
		if b.history.Runners[runner].Odd && len(career) > MinRaces {
			odd = append(odd, runner)
		}
	}
	slices.SortFunc(odd, func(i, j int) int { return cmp.Compare(b.history.Runners[i].lot, b.history.Runners[j].lot) })
	var samples []sample
	for _, runner := range odd {
		minutes := make([]float64, len(b.careers[runner]))
		for i, finish := range b.careers[runner] {
			minutes[i] = b.history.Finishes[finish].Minutes
		}
		for i := MinRaces; i < len(minutes) && len(samples) < mostVaried; i++ {
			samples = append(samples, sample{minutes[max(0, i-forecasting.MaxRollLength):i], minutes[i]})
		}
	}
	return samples
}

// score is the mean of what the intervals cost.
func (v Variation) score(ctx context.Context, samples []sample) (float64, error) {
	costs := make([]float64, len(samples))
	err := inParallel(ctx, len(samples), func(i int) {
		s := samples[i]
		f, _, err := expected(s.before, v)
		if err != nil {
			costs[i] = math.Inf(1)
			return
		}
		costs[i] = (forecasting.IntervalScore(f.Lo80, f.Hi80, 0.8, s.actual) +
			forecasting.IntervalScore(f.Lo95, f.Hi95, 0.95, s.actual)) / s.actual
	})
	return meanOf(costs), err
}

// expected is what the models of forecasting.Predict say together.
func expected(minutes []float64, v Variation) (forecasting.Forecast, forecasting.Distribution, error) {
	predictive, err := forecasting.Predict(minutes, v.Prior(minutes))
	if err != nil {
		return forecasting.Forecast{}, nil, err
	}
	next, err := predictive.Distributions(1)
	if err != nil {
		return forecasting.Forecast{}, nil, err
	}
	return forecasting.ForecastOf(next[0]), next[0], nil
}
