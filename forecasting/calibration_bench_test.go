package forecasting

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
)

// coverageSeries is how many series each cell of the table is measured on; the
// seeds differ from those that the weights of the family were chosen on.
const coverageSeries = 20_000

// textbookShare: the textbook's limits, which take far longer, are measured on
// one series in so many.
const textbookShare = 10

var coverageLengths = [...]int{3, 5, 10, 20, 60}

// BenchmarkCoverage prints, for each generator and length, coverage at 95 and
// 80 %, mean width at 95 % and mean interval score at 95 and 80 % of Predict and
// of the textbook's limits (on one series in ten), in minutes; then coverage at
// fixed parameters. A trend or a drift is in standard deviations for each step
// unless it says min. Binomial standard errors are 0.15 and 0.28 %.
func BenchmarkCoverage(b *testing.B) {
	for b.Loop() {
		fmt.Printf("\n%-22s %2s | %-40s | %-40s\n%25s | %s | %s\n", "generator", "n", "calibrated", "textbook", "",
			scoresHead, scoresHead)
		for i, g := range generators() {
			for _, n := range coverageLengths {
				got := measure(b, seeded{g, i, n}, compare)
				fmt.Printf("%-22s %2d | %v | %v\n", g.name, n, got.ours, got.textbook)
			}
		}
		for i, g := range gridded() {
			fmt.Printf("%-22s", g.name)
			for _, n := range coverageLengths {
				got := measure(b, seeded{g, 1000 + i, n}, countTails)
				fmt.Printf(" | n=%d %5.1f %5.1f", n, 100*got.ours.share95(), 100*got.ours.share80())
			}
			fmt.Println()
		}
	}
}

const scoresHead = "  95 %   80 %  width95  score95 score80"

// seeded is a cell of the table.
type seeded struct {
	generator

	seed, n int
}

// pair is what our limits did, and the textbook's.
type pair struct {
	ours, textbook coverage
}

// measure shares the series out to as many goroutines as may run at once. Each
// part of them has its own seed: the result does not depend on how many.
func measure(b *testing.B, c seeded, one func(y []float64, p *pair) error) pair {
	b.Helper()
	const parts = 100
	var total pair
	var lock sync.Mutex
	var group sync.WaitGroup
	next := make(chan uint64, parts)
	for part := range parts {
		next <- uint64(part)
	}
	close(next)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for part := range next {
				var p pair
				rng := rand.New(rand.NewPCG(uint64(1_000_000+c.seed), 1000*uint64(c.n)+part))
				for range coverageSeries / parts {
					if err := one(c.draw(rng, c.n+1), &p); err != nil {
						b.Error(err)
					}
				}
				lock.Lock()
				total.ours.merge(p.ours)
				total.textbook.merge(p.textbook)
				lock.Unlock()
			}
		})
	}
	group.Wait()
	return total
}

// merge adds the counts of another sample.
func (c *coverage) merge(o coverage) {
	c.n += o.n
	c.in95 += o.in95
	c.in80 += o.in80
	c.width95 += o.width95
	c.score95 += o.score95
	c.score80 += o.score80
}

// String gives coverage in per cent, mean width and mean interval scores.
func (c coverage) String() string {
	n := float64(c.n)
	return fmt.Sprintf("%6.2f %6.2f %8.2f %8.2f %7.2f",
		100*c.share95(), 100*c.share80(), c.width95/n, c.score95/n, c.score80/n)
}

// compare predicts the last value by our limits and by the textbook's.
func compare(y []float64, p *pair) error {
	last := len(y) - 1
	ours, err := Predict(y[:last], Prior{})
	if err != nil {
		return err
	}
	p.ours.add(ForecastOf(ours.at(1)), y[last])
	if p.ours.n%textbookShare != 0 {
		return nil
	}
	textbook, err := textbookForecast(y[:last])
	if err != nil {
		return err
	}
	p.textbook.add(textbook, y[last])
	return nil
}

// countTails tells only whether our limits hold the last value.
func countTails(y []float64, p *pair) error {
	last := len(y) - 1
	ours, err := Predict(y[:last], Prior{})
	if err != nil {
		return err
	}
	p.ours.count(ours.at(1).CDF(y[last]))
	return nil
}

// textbookForecast returns the next value's normal limits.
func textbookForecast(y []float64) (Forecast, error) {
	m, err := Auto(context.Background(), y, Options{})
	if err != nil {
		return Forecast{}, err
	}
	f, err := m.Forecast(1)
	if err != nil {
		return Forecast{}, err
	}
	return f[0], nil
}

func BenchmarkPredict(b *testing.B) {
	for _, n := range []int{3, 10, 60, 1000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			medianOf(b, n, func(y []float64) error {
				p, err := Predict(y, Prior{})
				if err == nil && math.IsNaN(ForecastOf(p.at(1)).Mean) {
					b.Error("no number")
				}
				return err
			})
		})
	}
}
