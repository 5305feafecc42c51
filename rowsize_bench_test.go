package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"runnerdb/jobs"
	"runnerdb/predictions"
	"runnerdb/queries/querytest"
	"runnerdb/seed"
)

// BenchmarkRowSizes says how many bytes a row of each big table takes, indexes
// included, in a federation of RUNNERS: what docs/scaling.md reckons with.
func BenchmarkRowSizes(b *testing.B) {
	runners, err := strconv.Atoi(os.Getenv("RUNNERS"))
	if err != nil {
		runners = 20_000
	}
	for _, engine := range querytest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			location := querytest.Location(b, engine)
			db := querytest.Open(b, location)
			for range b.N {
				start := time.Now()
				if err := seed.Fill(b.Context(), db, seed.Options{Seed: 1, Runners: runners, Now: start}); err != nil {
					b.Fatal(err)
				}
				seeded := time.Since(start)
				learning := time.Now()
				if err := predictions.Learn(context.Background(), db, start); err != nil {
					b.Fatal(err)
				}
				fmt.Printf("%s: %d runners seeded in %v, %s in %v\n", engine, runners, seeded.Round(time.Second), jobs.Learn.Kind, time.Since(learning).Round(time.Second))
			}
			for _, line := range querytest.Sizes(b, location) {
				fmt.Printf("%s: %s\n", engine, line)
			}
		})
	}
}
