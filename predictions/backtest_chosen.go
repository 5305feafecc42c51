package predictions

import "math"

// Chosen is the method that had the best record on the club at the moment of
// each prediction. It is no method of its own, and heads no panel.
const Chosen Method = "chosen"

// leastRecord is the number of predicted races from which a record says
// anything.
const leastRecord = 20

// ranking keeps the records of the methods while a backtest goes through the
// days, after few earlier results and after many.
type ranking struct {
	candidates []contestant
	few, many  tally
}

// tally is a record under way.
type tally struct {
	misses []float64 // of each candidate the sum of absolute percentage errors
	races  int
}

func (r *ranking) after(earlier int) *tally {
	if earlier < MinRaces {
		return &r.few
	}
	return &r.many
}

// chosen says before each trial what the method with the best record until
// the day before said: the least mean absolute percentage error over the races
// with MinRaces or more earlier results, or over those with fewer where there
// are fewer now; of equal ones the first in the order of the constants. ARIMA
// says nothing before MinRaces. While fewer than leastRecord such races have
// been predicted the ladder decides: ARIMA, or the club model, or the last time.
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

// dayEnd is the first trial after those on the day of the one given.
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

// best is the candidate to believe for a runner with so many earlier results.
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
