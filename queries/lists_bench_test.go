package queries_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"runnerdb/club"
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
	results := func(f queries.ResultFilter) func(db *queries.DB) error {
		f.Limit = page
		return func(db *queries.DB) error {
			_, _, _, err := db.KeptResultsOf(b.Context(), f)
			return err
		}
	}
	marathon := club.Distances[10]
	for _, engine := range querytest.Engines {
		db := querytest.New(b, engine)
		var tally seed.Tally
		if err := seed.Fill(b.Context(), db, seed.Options{Seed: 1, Runners: runners, Now: today, Tally: &tally}); err != nil {
			b.Fatal(err)
		}
		for _, ask := range []question{
			{"by-name", list(queries.RunnerFilter{})},
			{"by-races", list(queries.RunnerFilter{Sort: "races"})},
			{"by-club", list(queries.RunnerFilter{Sort: "club"})},
			{"by-last-race", list(queries.RunnerFilter{Sort: "last"})},
			{"page-200", list(queries.RunnerFilter{Offset: 200 * page})},
			{"filtered", list(queries.RunnerFilter{Query: "sipho dl", Visibility: queries.VisibleOnly})},
			{"races", func(db *queries.DB) error { _, _, err := db.KeptRaces(b.Context(), "", "", 0, page); return err }},
			{"results", func(db *queries.DB) error { _, _, err := db.KeptResults(b.Context(), 5, 0, page); return err }},
			{"results/all", results(queries.ResultFilter{})},
			{"results/by-runner", results(queries.ResultFilter{Sort: "runner"})},
			{"results/fastest", results(queries.ResultFilter{Sort: "fastest"})},
			{"results/slowest-page-200", results(queries.ResultFilter{Sort: "slowest", Offset: 199 * page})},
			{"results/by-race", results(queries.ResultFilter{Sort: "race"})},
			{"results/by-distance", results(queries.ResultFilter{Sort: "distance"})},
			{"results/by-club", results(queries.ResultFilter{Sort: "club"})},
			{"results/newest", results(queries.ResultFilter{Sort: "new"})},
			{"results/page-200", results(queries.ResultFilter{Offset: 199 * page})},
			{"results/runner", results(queries.ResultFilter{Query: "sipho dl"})},
			{"results/common-name", results(queries.ResultFilter{Query: "s"})},
			{"results/race", results(queries.ResultFilter{Race: "two oceans"})},
			{"results/year", results(queries.ResultFilter{Year: 2019})},
			{"results/distance", results(queries.ResultFilter{Distance: marathon})},
			{"results/did-not-finish", results(queries.ResultFilter{Status: club.DidNotFinish})},
			{"results/disqualified", results(queries.ResultFilter{Status: club.Disqualified})},
			{"results/doubtful", results(queries.ResultFilter{Doubtful: true})},
			{"results/not-counting", results(queries.ResultFilter{NotCounting: true})},
			{"results/own-club", results(queries.ResultFilter{Club: "gugulethu"})},
			{"results/other-club", results(queries.ResultFilter{Club: "nedbank"})},
			{"results/many-filters", results(queries.ResultFilter{Query: "sipho", Year: 2019, Distance: marathon, Status: club.Finished})},
			{"checks", func(db *queries.DB) error { _, err := db.NewestCareers(b.Context()); return err }},
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
