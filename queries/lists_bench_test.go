package queries_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/seed" //nolint:depguard // a million results
)

// BenchmarkLists measures what the lists of those who keep the records take of
// a database with 270,000 runners and a million results.
func BenchmarkLists(b *testing.B) {
	const runners, page = 270_000, 50
	list := func(f queries.RunnerFilter) func(db *queries.DB) error {
		f.Limit = page
		return func(db *queries.DB) error {
			_, _, err := db.KeptRunners(b.Context(), f)
			return err
		}
	}
	for _, engine := range querytest.Engines {
		db := querytest.New(b, engine)
		var tally seed.Tally
		if err := seed.Fill(b.Context(), db, seed.Options{Seed: 1, Runners: runners, Now: today, Tally: &tally}); err != nil {
			b.Fatal(err)
		}
		for _, ask := range []question{
			{"by-name", list(queries.RunnerFilter{})},
			{"by-races", list(queries.RunnerFilter{Sort: "races"})},
			{"by-last-race", list(queries.RunnerFilter{Sort: "last"})},
			{"page-200", list(queries.RunnerFilter{Offset: 200 * page})},
			{"filtered", list(queries.RunnerFilter{Query: "sipho dl", Visibility: queries.VisibleOnly})},
			{"races", func(db *queries.DB) error { _, _, err := db.KeptRaces(b.Context(), "", 0, page); return err }},
			{"results", func(db *queries.DB) error { _, _, err := db.KeptResults(b.Context(), 5, 0, page); return err }},
			{"duplicates", func(db *queries.DB) error { _, err := db.Duplicates(b.Context()); return err }},
			{"bin", func(db *queries.DB) error { _, _, err := db.Bin(b.Context(), 0, page); return err }},
		} {
			measureLists(b, fmt.Sprintf("results=%d/%s/%s", tally.Results, engine, ask.name), db, ask)
		}
	}
}

// question is what a list is asked for.
type question struct {
	name string
	do   func(db *queries.DB) error
}

func measureLists(b *testing.B, name string, db *queries.DB, ask question) {
	const rounds = 5
	b.Run(name, func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			for range rounds {
				start := time.Now()
				if err := ask.do(db); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
		b.ReportMetric(0, "ns/op")
	})
}
