package forecasting

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

const (
	// leastTrials and mostTrials limit the number of predictions from which a
	// prior is estimated. It has five parameters, and each prediction takes a
	// millisecond.
	leastTrials = 50
	mostTrials  = 2000
	// leastPast is the least number of values before a predicted one: the
	// shortest past from which an ARIMA model can be chosen.
	leastPast = 3
)

// trial is a value to be predicted from those before it, in units of their
// mean.
type trial struct {
	past *Predictive // without a prior
	next float64
}

// EstimatePrior estimates, from the series of many runners, what can't be
// estimated from one: the prior, in units of a series' level (its mean).
// Multiply it by the level of the series it is used for, see Prior.Times. Each
// value with at least three before it is predicted from these. The prior is the
// one with the highest density at the actual values (empirical Bayes; H.
// Robbins 1956, An empirical Bayes approach to statistics, Third Berkeley
// Symposium), shrunk slightly towards a usual one if there are few. Its scale
// is then set so that the limits have their nominal coverage.
//
// NaN is a missing value. Series whose mean is not positive, and those that
// Predict refuses, are skipped. If there are more than mostTrials predictions,
// that many are used, evenly spread. With fewer than leastTrials the error
// wraps ErrTooShort; otherwise it is that of the context.
func EstimatePrior(ctx context.Context, series [][]float64) (Prior, error) {
	trials := chooseTrials(series)
	if len(trials) < leastTrials {
		return Prior{}, fmt.Errorf("%d predictions, at least %d: %w", len(trials), leastTrials, ErrTooShort)
	}
	best, err := descend(ctx, usualPrior(), func(x []float64) float64 {
		return surprise(trials, priorAt(x)) + departure(x)/float64(len(trials))
	})
	if err != nil {
		return Prior{}, err
	}
	return rescale(trials, priorAt(best)), nil
}

const (
	firstStep = 0.5
	lastStep  = 0.02
	growth    = 1.5
)

// descend minimises f by a search along the coordinates. Each has its own step,
// which grows after success and halves after failure on both sides (T. G.
// Kolda, R. M. Lewis and V. Torczon 2003, Optimization by direct search, SIAM
// Review 45).
func descend(ctx context.Context, x []float64, f func([]float64) float64) ([]float64, error) {
	steps := make([]float64, len(x))
	for i := range steps {
		steps[i] = firstStep
	}
	least := f(x)
	for longest := firstStep; longest > lastStep; longest = floats.Norm(steps, math.Inf(1)) {
		for i := range x {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			least = probe(x, i, &steps[i], least, f)
		}
	}
	return x, nil
}

// probe tries a step along coordinate i on both sides and returns the lower
// value.
func probe(x []float64, i int, step *float64, least float64, f func([]float64) float64) float64 {
	from := x[i]
	for _, sign := range [...]float64{1, -1} {
		x[i] = from + sign**step
		if value := f(x); value < least {
			*step *= growth
			return value
		}
	}
	x[i] = from
	*step /= 2
	return least
}

// chooseTrials lists the predictions to learn from.
func chooseTrials(series [][]float64) []trial {
	type origin struct{ series, at int }
	var origins []origin
	for i, y := range series {
		for t := leastPast; t < len(y); t++ {
			if !math.IsNaN(y[t]) {
				origins = append(origins, origin{i, t})
			}
		}
	}
	step := max(1, float64(len(origins))/mostTrials)
	var trials []trial
	for k := 0.0; int(k) < len(origins); k += step {
		o := origins[int(k)]
		if t, ok := newTrial(series[o.series][:o.at], series[o.series][o.at]); ok {
			trials = append(trials, t)
		}
	}
	return trials
}

// newTrial prepares one prediction. It returns false if none is possible.
func newTrial(y []float64, next float64) (trial, bool) {
	n, err := checkObserved(y, Prior{})
	level := observedMean(y)
	if err != nil || n < leastPast || !(level > 0) {
		return trial{}, false
	}
	relative := append([]float64(nil), y...)
	floats.Scale(1/level, relative)
	return trial{newPredictive(relative, n), next / level}, true
}

// observedMean returns the mean of the values that are not missing.
func observedMean(y []float64) float64 {
	sum, n := 0.0, 0.0
	for _, v := range y {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / n
}

// usualPrior returns the prior estimated from the runners of the Cherry Blossom
// Ten Mile Run of 1999 to 2008, rounded. The search starts there, and is shrunk
// towards it.
func usualPrior() []float64 {
	return []float64{math.Log(0.035), math.Log(4), math.Log(0.18), 2, math.Log(0.75)}
}

// departures holds the standard deviations by which the parameters of a club
// are believed to differ from the usual ones.
var departures = [...]float64{1, 0.7, 0.7, 1, 0.7}

// departure returns minus the logarithm of the density of that belief. A few
// dozen predictions outweigh it; fewer don't.
func departure(x []float64) float64 {
	sum := 0.0
	for i, usual := range usualPrior() {
		z := (x[i] - usual) / departures[i]
		sum += z * z / 2
	}
	return sum
}

// priorAt maps unconstrained parameters to a prior.
func priorAt(x []float64) Prior {
	bounded := func(v float64) float64 { return math.Exp(min(max(v, -15), 6)) }
	share := bounded(x[2])
	return Prior{
		Scale: bounded(x[0]),
		DF:    1 + bounded(x[1]),
		Odd:   Odd{Share: share / (1 + share), Shift: min(max(x[3], -10), 10), Spread: 1 + bounded(x[4])},
	}
}

// surprise returns the mean of -log density at the actual values.
func surprise(trials []trial, prior Prior) float64 {
	sum := 0.0
	for _, t := range trials {
		sum -= math.Log(t.past.weigh(prior).at(1).density(t.next))
	}
	return sum / float64(len(trials))
}

// rescale changes the scale until the 80 and the 95 % limits together have
// their nominal coverage.
func rescale(trials []trial, prior Prior) Prior {
	low, high := 0.5, 2.0
	for range 12 {
		middle := math.Sqrt(low * high)
		if held(trials, prior.Times(middle)) < 0.80+0.95 {
			low = middle
		} else {
			high = middle
		}
	}
	return prior.Times(math.Sqrt(low * high))
}

// held returns the share of values in the 80 % limits plus that in the 95 %
// limits.
func held(trials []trial, prior Prior) float64 {
	count := 0
	for _, t := range trials {
		tail := t.past.weigh(prior).at(1).CDF(t.next)
		tail = min(tail, 1-tail)
		if tail >= 0.025 {
			count++
		}
		if tail >= 0.1 {
			count++
		}
	}
	return float64(count) / float64(len(trials))
}
