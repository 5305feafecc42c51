package predictions

import (
	"cmp"
	"context"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"runnerdb/club"
	"runnerdb/forecasting"
)

// BacktestOptions limits a backtest and reports its progress.
type BacktestOptions struct {
	// Runners is the number of runners scored at each distance, 0 for all. The
	// sample depends only on their ids.
	Runners int
	// Started is called at the start of each distance with the number of races
	// to predict. The function that it returns is called after each race, from
	// several goroutines at once. Started may be nil.
	Started func(distance club.Distance, races int) (predicted func())
}

// Backtest predicts races that have already been run, distance by distance, and
// measures the error of each method. A race is predicted from the same runner's
// results on earlier days. The constants of the club model are estimated from
// runners with odd ids, and the races of the others are scored. The same
// histories give the same report. Errors come from the histories and the
// context.
func Backtest(ctx context.Context, histories iter.Seq2[*History, error], opt BacktestOptions) (*Report, error) {
	report := &Report{Records: []Record{}, Distances: []DistanceReport{}}
	for h, err := range histories {
		if err != nil {
			return nil, err
		}
		distance, err := backtestDistance(ctx, h, opt)
		if err != nil {
			return nil, err
		}
		report.add(distance)
	}
	return report, nil
}

func backtestDistance(ctx context.Context, h *History, opt BacktestOptions) (DistanceReport, error) {
	b := newBacktest(h, opt.Runners)
	predicted := func() {}
	if opt.Started != nil {
		predicted = opt.Started(h.Distance, len(b.trials))
	}
	if err := b.predict(ctx, predicted); err != nil {
		return DistanceReport{}, err
	}
	return b.report(ctx)
}

// backtest holds what every method predicted for every scored race.
type backtest struct {
	history *History
	careers [][]int
	trials  []trial // in the order of History.Finishes
	runners int     // with trials
	methods []contestant
	prior   forecasting.Prior // relative to the runner's mean
}

// trial is a race to be predicted from the runner's earlier ones.
type trial struct {
	finish  int // in History.Finishes
	earlier int
	scored  int // number of the runner among the scored ones
}

// contestant is a method with its predictions for all trials.
type contestant struct {
	method   Method
	interval string
	said     []said
	// chances holds the predicted probabilities of the goals, or nil if the
	// method gives none.
	chances [][len(goals)]float32
}

// newBacktest selects the races to score: those with an earlier result, of all
// runners with even ids or a sample of them.
func newBacktest(h *History, runners int) *backtest {
	b := &backtest{history: h, careers: h.careers()}
	var scored []int
	for runner, career := range b.careers {
		if !h.Runners[runner].Odd && h.Finishes[career[len(career)-1]].Day > h.Finishes[career[0]].Day {
			scored = append(scored, runner)
		}
	}
	slices.SortFunc(scored, func(a, b int) int { return cmp.Compare(h.Runners[a].lot, h.Runners[b].lot) })
	if runners > 0 && runners < len(scored) {
		scored = scored[:runners]
	}
	b.runners = len(scored)
	for number, runner := range scored {
		b.addTrials(number, b.careers[runner])
	}
	slices.SortFunc(b.trials, func(a, b trial) int { return cmp.Compare(a.finish, b.finish) })
	return b
}

// addTrials adds the trials of one runner.
func (b *backtest) addTrials(number int, career []int) {
	day := func(i int) int { return b.history.Finishes[career[i]].Day }
	earlier := 0
	for i, finish := range career {
		if i > 0 && day(i) > day(i-1) {
			earlier = i
		}
		if earlier > 0 {
			b.trials = append(b.trials, trial{finish: finish, earlier: earlier, scored: number})
		}
	}
}

// actual returns the time that was run, in minutes.
func (b *backtest) actual(t trial) float64 { return b.history.Finishes[t.finish].Minutes }

// earlier returns the runner's times before a trial in minutes, oldest first.
func (b *backtest) earlier(t trial) []float64 {
	y := make([]float64, 0, t.earlier)
	career := b.careers[b.history.Finishes[t.finish].Runner]
	for _, finish := range career[:t.earlier] {
		y = append(y, b.history.Finishes[finish].Minutes)
	}
	return y
}

// inParallel calls do for 0 to n - 1 from several goroutines, until all calls
// have returned or the context ends.
func inParallel(ctx context.Context, n int, do func(i int)) error {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	group.Wait()
	return ctx.Err()
}
