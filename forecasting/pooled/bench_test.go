package pooled

import (
	"fmt"
	"testing"
)

// BenchmarkRun is one pass; BenchmarkEstimate all of the learning.
func BenchmarkRun(b *testing.B) {
	for _, runners := range []int{10_000, 100_000, 250_000} {
		w := yearly
		w.runners = runners
		obs, _ := simulate(w, 1)
		m, err := NewModel(Default())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("results=%d", len(obs)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Run(b.Context(), obs); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(obs)), "ns/result")
		})
	}
}

func BenchmarkEstimate(b *testing.B) {
	for _, runners := range []int{100, 1_000, 10_000} {
		w := yearly
		w.runners = runners
		obs, _ := simulate(w, 1)
		b.Run(fmt.Sprintf("results=%d", len(obs)), func(b *testing.B) {
			for b.Loop() {
				if _, err := Estimate(b.Context(), obs, Default()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
