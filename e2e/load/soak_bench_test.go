package load

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"runnerdb/queries/querytest"
)

const (
	warming = time.Minute // of the same load, before the base is read
	rest    = time.Minute // within which all must be given back
	leave   = 10          // one request in so many is not waited for
)

// BenchmarkSoak keeps a server busy for MINUTES, on each database, with
// visitors of whom some leave before they are answered, and says what it held
// at rest before and afterwards: that may be a tenth more, or two of what is
// counted in ones (R097).
func BenchmarkSoak(b *testing.B) {
	minutes, err := strconv.Atoi(cmp.Or(os.Getenv("MINUTES"), "30"))
	if err != nil || minutes < 1 {
		b.Fatalf("MINUTES=%s: give a number from 1 on", os.Getenv("MINUTES"))
	}
	program := build(b)
	for _, engine := range querytest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			s := newSite(b, program, engine, federations(b)[0])
			mixes := s.mixes(b)
			s.soak(b, mixes, warming)
			time.Sleep(rest)
			before := s.gauges(b)
			answered, left := s.soak(b, mixes, time.Duration(minutes)*time.Minute)
			time.Sleep(rest)
			after := s.gauges(b)
			_, most := s.memory(b)
			fmt.Printf("\n%s, %v, %d minutes: %d requests answered, %d left; at most %.0f MB\n", engine, s, minutes, answered, left, most)
			compare(b, before, after)
			b.ReportMetric(0, "ns/op") // says nothing here
		})
	}
}

// soak lets visitors ask for anything.
func (s *site) soak(b *testing.B, mixes []mix, long time.Duration) (answered, left int64) {
	b.Helper()
	var answers, leavers atomic.Int64
	var group sync.WaitGroup
	end := time.Now().Add(long)
	for i := range visitors {
		group.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(i)))
			for time.Now().Before(end) {
				n, err := s.visit(mixes, random)
				if err != nil {
					b.Error(err)
					return
				}
				answers.Add(int64(n))
				leavers.Add(1)
			}
		})
	}
	group.Wait()
	return answers.Load(), leavers.Load()
}

// visit asks for some pages and then leaves without the answer to the last,
// or in the middle of asking.
func (s *site) visit(mixes []mix, random *rand.Rand) (answered int, err error) {
	v, err := newVisitor(s.address)
	if err != nil {
		return 0, err
	}
	defer v.leave()
	pick := func() request {
		requests := mixes[random.IntN(len(mixes))].requests
		return requests[random.IntN(len(requests))]
	}
	for random.IntN(leave) > 0 {
		if err := v.ask(pick()); err != nil {
			return answered, err
		}
		answered++
	}
	last := pick().wire
	if random.IntN(2) == 0 {
		last = last[:random.IntN(len(last))]
	}
	_, err = v.conn.Write(last)
	return answered, err
}

func compare(b *testing.B, before, after map[string]float64) {
	b.Helper()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tbefore\tafter\t")
	var grown error
	for _, of := range []struct {
		words, gauge string
		unit, spare  float64
	}{
		{"goroutines", "go_goroutines", 1, 2},
		{"file descriptors", "process_open_fds", 1, 2},
		{"connections to the database", "runnerdb_db_connections_open", 1, 2},
		{"RSS MB", "process_resident_memory_bytes", 1e6, 0},
	} {
		was, is := before[of.gauge]/of.unit, after[of.gauge]/of.unit
		fmt.Fprintf(w, "%s\t%.0f\t%.0f\t\n", of.words, was, is)
		if is > max(1.1*was, was+of.spare) {
			grown = errors.Join(grown, fmt.Errorf("%s grew from %.0f to %.0f", of.words, was, is))
		}
	}
	_ = w.Flush()
	if grown != nil {
		b.Error(grown)
	}
}
