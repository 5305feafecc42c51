package forecasting

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// BenchmarkPeers is our half of scripts/bench-peers.sh: it leaves the series and
// the milliseconds of each automatic fit in the directory RUNNERDB_PEERS names.
func BenchmarkPeers(b *testing.B) {
	dir := os.Getenv("RUNNERDB_PEERS")
	if dir == "" {
		b.Fatal("run it by make bench-peers, or leave it out by -skip Peers")
	}
	rng := rand.New(rand.NewPCG(60, 60))
	long := make([][]float64, 40)
	for i := range long {
		long[i] = mixedSeries(rng, 60)
	}
	for b.Loop() {
		compareWithPeers(b, dir, "10", shortSeries(b))
		compareWithPeers(b, dir, "60", long)
	}
}

// shortSeries are all of the reference that are like a runner's ten times.
func shortSeries(b *testing.B) [][]float64 {
	var list [][]float64
	for _, s := range loadReference(b).Series {
		if strings.HasPrefix(s.Name, "run10_") {
			list = append(list, s.Values)
		}
	}
	return list
}

// warm is how many fits come before those that are timed, there as here.
const warm = 20

func compareWithPeers(b *testing.B, dir, name string, series [][]float64) {
	for _, y := range series[:warm] {
		if _, err := Auto(context.Background(), y, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	var input, times strings.Builder
	for _, y := range series {
		fmt.Fprintln(&input, strings.Trim(fmt.Sprint(y), "[]"))
		start := time.Now()
		if _, err := Auto(context.Background(), y, Options{}); err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(&times, "%.6f\n", time.Since(start).Seconds()*1000)
	}
	for suffix, text := range map[string]string{".series": input.String(), ".ours": times.String()} {
		if err := os.WriteFile(filepath.Join(dir, name+suffix), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}
