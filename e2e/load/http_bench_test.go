package load

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"runnerdb/queries/querytest"
)

// What is measured takes turns, so that whatever else the machine does meets
// all alike.
const (
	visitors = 16 // how many ask at once
	turn     = 2 * time.Second
	turns    = 5
)

// BenchmarkHTTP measures pages on both databases, with RUNNERS runners, beside
// a bare Fiber handler, and prints a table.
func BenchmarkHTTP(b *testing.B) {
	program, bare := build(b), startBare(b)
	for _, runners := range federations(b) {
		for _, engine := range querytest.Engines {
			b.Run(fmt.Sprintf("runners=%d/%s", runners, engine), func(b *testing.B) {
				s := newSite(b, program, engine, runners)
				lines := measure(b, bare, s)
				_, most := s.memory(b)
				fmt.Printf("\n%s, %v; at most %.0f MB\n", engine, s, most)
				show(os.Stdout, lines)
				b.ReportMetric(0, "ns/op") // says nothing here
			})
		}
	}
}

// line is what was measured of one kind of request.
type line struct {
	mix
	of       process
	took     []time.Duration
	elapsed  time.Duration
	worked   time.Duration // processor time of the server
	megabyte float64
}

func measure(b *testing.B, bare process, s *site) []*line {
	b.Helper()
	lines := []*line{{mix: mix{"bare Fiber", []request{get("/")}}, of: bare}}
	for _, m := range s.mixes(b) {
		lines = append(lines, &line{mix: m, of: s.process})
	}
	for range turns {
		for _, l := range lines {
			l.take(b)
		}
	}
	for _, l := range lines {
		slices.Sort(l.took)
	}
	return lines
}

// take lets visitors ask for one turn.
func (l *line) take(b *testing.B) {
	b.Helper()
	took := make([][]time.Duration, visitors)
	before, start := l.of.worked(b), time.Now()
	var group sync.WaitGroup
	for i := range visitors {
		group.Go(func() {
			v, err := newVisitor(l.of.address)
			if err != nil {
				b.Error(err)
				return
			}
			defer v.leave()
			for n := i; time.Since(start) < turn; n += visitors {
				asked := time.Now()
				if err := v.ask(l.requests[n%len(l.requests)]); err != nil {
					b.Errorf("%s: %v", l.name, err)
					return
				}
				took[i] = append(took[i], time.Since(asked))
			}
		})
	}
	group.Wait()
	l.elapsed += time.Since(start)
	l.worked += l.of.worked(b) - before
	l.megabyte, _ = l.of.memory(b)
	l.took = append(l.took, slices.Concat(took...)...)
}

func (l *line) rate() float64                { return float64(len(l.took)) / l.elapsed.Seconds() }
func (l *line) each() time.Duration          { return l.worked / time.Duration(max(1, len(l.took))) }
func (l *line) quantile(p int) time.Duration { return l.took[len(l.took)*p/100] }

// show prints each figure, and how many times that of the bare handler it is.
func show(out io.Writer, lines []*line) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\trequests/s\tof bare\tp50 ms\ttimes\tp99 ms\ttimes\tCPU µs\ttimes\tRSS MB\ttimes\t")
	bare := lines[0]
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%.0f\t%.1f %%\t", l.name, l.rate(), 100*l.rate()/bare.rate())
		for _, p := range []int{50, 99} {
			fmt.Fprintf(w, "%.2f\t%.1f\t", l.quantile(p).Seconds()*1000, ratio(l.quantile(p), bare.quantile(p)))
		}
		fmt.Fprintf(w, "%d\t%.1f\t%.0f\t%.1f\t\n", l.each().Microseconds(), ratio(l.each(), bare.each()),
			l.megabyte, l.megabyte/bare.megabyte)
	}
	_ = w.Flush()
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
