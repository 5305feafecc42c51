package predictions

import "math"

// Chosen is the method with the best record over the club at the time of each
// prediction. It is only scored, and never heads a panel.
const Chosen Method = "chosen"

// leastRecord is the number of predicted races from which a record counts.
const leastRecord = 20

// ranking holds the record of each method while a backtest moves through the
// days, separately for few and for many earlier results.
type ranking struct {
	candidates []contestant
	few, many  tally
}

// tally is a record in progress.
type tally struct {
	misses []float64 // sum of absolute percentage errors of each candidate
	races  int
}

func (r *ranking) after(earlier int) *tally {
	if earlier < MinRaces {
		return &r.few
	}
	return &r.many
}

// chosen predicts each trial with the method that had the best record until the
// day before: the least mean absolute percentage error over the races with
// MinRaces or more earlier results if this trial has as many, and otherwise
// over those with fewer. Ties go to the first in the order of the constants.
// ARIMA predicts nothing before MinRaces. Until leastRecord such races have
// been predicted, it takes the first available of ARIMA, the club model and the
// last time.
func (b *backtest) chosen() contestant {
	choice := contestant{method: Chosen, said: make([]said, len(b.trials))}
	r := newRanking(b.methods)
	for start := 0; start < len(b.trials); {
		end := b.dayEnd(start)
		for i := start; i < end; i++ {
			c := r.best(b.trials[i].earlier)
			choice.said[i] = c.said[i]
			if c.interval != "" {
				choice.interval = c.interval
			}
		}
		for i := start; i < end; i++ {
			r.add(i, b.trials[i], b.actual(b.trials[i]))
		}
		start = end
	}
	return choice
}

// dayEnd returns the index of the first trial after the day of the given one.
func (b *backtest) dayEnd(start int) int {
	end, day := start, b.history.Finishes[b.trials[start].finish].Day
	for end < len(b.trials) && b.history.Finishes[b.trials[end].finish].Day == day {
		end++
	}
	return end
}

// newRanking takes each method once, with the last of its intervals.
func newRanking(methods []contestant) *ranking {
	r := &ranking{}
	for _, method := range []Method{ARIMA, ClubModel, LastTime, MeanTime, MeanOfThree, Smoothing} {
		found := -1
		for i, c := range methods {
			if c.method == method {
				found = i
			}
		}
		if found >= 0 {
			r.candidates = append(r.candidates, methods[found])
		}
	}
	r.few.misses, r.many.misses = make([]float64, len(r.candidates)), make([]float64, len(r.candidates))
	return r
}

// best returns the method to trust for a runner with this many earlier results.
func (r *ranking) best(earlier int) contestant {
	first, record := -1, r.after(earlier)
	for i, c := range r.candidates {
		switch {
		case c.method == ARIMA && earlier < MinRaces:
		case first < 0, record.races >= leastRecord && record.misses[i] < record.misses[first]:
			first = i
		}
	}
	return r.candidates[first]
}

func (r *ranking) add(i int, t trial, actual float64) {
	record := r.after(t.earlier)
	record.races++
	for m, c := range r.candidates {
		record.misses[m] += math.Abs(float64(c.said[i].time)-actual) / actual
	}
}
