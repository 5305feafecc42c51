package predictions

import (
	"context"
	"math"
	"slices"

	"runnerdb/forecasting"
)

// report scores the predictions.
func (b *backtest) report(ctx context.Context) (DistanceReport, error) {
	d := DistanceReport{
		Key: b.history.Distance.Key, Name: b.history.Distance.Name,
		Results: len(b.history.Finishes), Runners: len(b.history.Runners), Races: len(b.history.Races), Clocks: b.history.Clocks,
		Scored: b.runners, Predicted: len(b.trials),
		Rows: []MethodScore{}, Differences: []Difference{}, Reliability: []Reliability{},
	}
	for _, bucket := range Buckets {
		trials := b.in(bucket)
		if len(trials) == 0 {
			continue
		}
		for _, c := range b.methods {
			d.Rows = append(d.Rows, b.score(c, bucket, trials))
		}
	}
	for _, c := range b.methods {
		if c.chances != nil {
			d.Reliability = append(d.Reliability, b.reliability(c))
		}
	}
	differences, err := b.differences(ctx)
	d.Differences = append(d.Differences, differences...)
	return d, err
}

// in returns the trials of a bucket.
func (b *backtest) in(bucket Bucket) []int {
	var trials []int
	for i, t := range b.trials {
		if bucket.holds(t.earlier) {
			trials = append(trials, i)
		}
	}
	return trials
}

// score measures a method on some trials.
func (b *backtest) score(c contestant, bucket Bucket, trials []int) MethodScore {
	row := MethodScore{Method: c.method, Interval: c.interval, Earlier: bucket.Key, Races: len(trials)}
	misses := make([]float64, len(trials))
	for k, i := range trials {
		actual := b.actual(b.trials[i])
		misses[k] = math.Abs(float64(c.said[i].time) - actual)
		row.MAE += misses[k]
		row.MAPE += 100 * misses[k] / actual
	}
	n := float64(len(trials))
	row.MAE /= n
	row.MAPE /= n
	slices.Sort(misses)
	row.Median = (misses[len(misses)/2] + misses[(len(misses)-1)/2]) / 2
	row.Limits = b.limits(c, trials)
	return row
}

// limits measures the intervals of a method. It returns nil if there are none.
func (b *backtest) limits(c contestant, trials []int) *Limits {
	var l Limits
	for _, i := range trials {
		s, actual := c.said[i], b.actual(b.trials[i])
		lo80, hi80, lo95, hi95 := float64(s.lo80), float64(s.hi80), float64(s.lo95), float64(s.hi95)
		if math.IsNaN(lo95) {
			continue
		}
		l.Races++
		if lo80 <= actual && actual <= hi80 {
			l.Cover80 += 100
		}
		if lo95 <= actual && actual <= hi95 {
			l.Cover95 += 100
		}
		l.Width95 += hi95 - lo95
		l.Score95 += forecasting.IntervalScore(lo95, hi95, 0.95, actual)
	}
	if l.Races == 0 {
		return nil
	}
	for _, mean := range []*float64{&l.Cover80, &l.Cover95, &l.Width95, &l.Score95} {
		*mean /= float64(l.Races)
	}
	return &l
}

// goals lists the times, relative to the runner's last one, whose probabilities
// are scored.
var goals = [...]float64{0.90, 0.95, 0.98, 1, 1.02, 1.05, 1.10}

// chances returns the probabilities that a distribution gives to the goals of a
// runner with this last time.
func chances(d forecasting.Distribution, last float64) (p [len(goals)]float32) {
	for g, goal := range goals {
		p[g] = float32(d.CDF(goal * last))
	}
	return p
}

// reliability compares predicted probabilities with outcomes.
func (b *backtest) reliability(c contestant) Reliability {
	r := Reliability{Method: c.method, Interval: c.interval}
	for i, t := range b.trials {
		last, actual := b.last(t), b.actual(t)
		for g, chance := range c.chances[i] {
			if math.IsNaN(float64(chance)) {
				continue
			}
			d := &r.Deciles[min(int(chance*10), 9)]
			d.Goals++
			d.Stated += float64(chance)
			if actual <= goals[g]*last {
				d.Reached++
			}
		}
	}
	for i := range r.Deciles {
		if d := &r.Deciles[i]; d.Goals > 0 {
			d.Stated *= 100 / float64(d.Goals)
			d.Reached *= 100 / float64(d.Goals)
		}
	}
	return r
}

// last returns the newest time before a trial.
func (b *backtest) last(t trial) float64 {
	career := b.careers[b.history.Finishes[t.finish].Runner]
	return b.history.Finishes[career[t.earlier-1]].Minutes
}
