package queries_test

import (
	"fmt"
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/seed" //nolint:depguard // a million results
)

// BenchmarkBoards measures what the public boards and the largest race take of
// a database with 270,000 runners and a million results.
func BenchmarkBoards(b *testing.B) {
	const runners, shown = 270_000, 50
	var records []queries.MarkFilter
	for _, sex := range []club.Sex{club.Female, club.Male} {
		records = append(records, queries.MarkFilter{Distance: "10k", Sex: sex})
		for _, category := range club.Categories {
			records = append(records, queries.MarkFilter{Distance: "10k", Sex: sex, Category: category})
		}
	}
	fastest := func(f queries.MarkFilter) func(db *queries.DB) error {
		return func(db *queries.DB) error { _, err := db.Fastest(b.Context(), f, shown); return err }
	}
	for _, engine := range querytest.Engines {
		db := querytest.New(b, engine)
		var tally seed.Tally
		if err := seed.Fill(b.Context(), db, seed.Options{Seed: 1, Runners: runners, Now: today, Tally: &tally}); err != nil {
			b.Fatal(err)
		}
		for _, ask := range []question{
			{"records", func(db *queries.DB) error { _, err := db.Records(b.Context(), records); return err }},
			{"record-history", func(db *queries.DB) error { _, err := db.RecordHistory(b.Context(), records[0]); return err }},
			{"record-history-70", func(db *queries.DB) error { _, err := db.RecordHistory(b.Context(), records[6]); return err }},
			{"distances", func(db *queries.DB) error { _, err := db.RunDistances(b.Context()); return err }},
			{"fastest", fastest(queries.MarkFilter{Distance: "10k", Sex: club.Male})},
			{"fastest-70", fastest(queries.MarkFilter{Distance: "42k", Sex: club.Female, Category: "70+"})},
			{"fastest-year", fastest(queries.MarkFilter{Distance: "10k", Sex: club.Female, Year: 2024})},
			{"fastest-year-70", fastest(queries.MarkFilter{Distance: "10k", Sex: club.Female, Year: 2024, Category: "70+"})},
			{"fastest-series", fastest(queries.MarkFilter{Distance: "56k", Sex: club.Female, Series: 1})},
			{"most", func(db *queries.DB) error { _, err := db.MostRaces(b.Context(), 0, shown); return err }},
			{"most-year", func(db *queries.DB) error { _, err := db.MostRaces(b.Context(), 2024, shown); return err }},
			{"improved", func(db *queries.DB) error { _, err := db.MostImproved(b.Context(), "10k", 2024, shown); return err }},
			{"race-facts", func(db *queries.DB) error {
				_, err := db.RaceFacts(b.Context(), 5, []string{"RCS Gugulethu AC"})
				return err
			}},
			{"entrants", func(db *queries.DB) error {
				_, _, err := db.Entrants(b.Context(), 5, queries.EntrantFilter{Sex: club.Female}, 0, shown)
				return err
			}},
			{"years", func(db *queries.DB) error { _, _, err := db.RacingYears(b.Context()); return err }},
		} {
			measureLists(b, fmt.Sprintf("results=%d/%s/%s", tally.Results, engine, ask.name), db, ask)
		}
	}
}
