package queries_test

import (
	"slices"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

var (
	today = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	actor = queries.AtCommandLine(today)
)

func named(names ...string) []club.Runner {
	runners := make([]club.Runner, len(names))
	for i, name := range names {
		runners[i] = club.Runner{ID: int64(i + 1), Name: name}
	}
	return runners
}

func TestSearchRunners(t *testing.T) {
	runners := named("Karabo Khumalo", "Lethabo Ndlovu", "Bandile Nkosi", "Karabo Khumalo-Dlamini", "José García",
		"Siobhan O'Brien", "Pieter van der Merwe", "Thandi (Tee) Mokoena", "100% Effort", "K_rabo Sithole", "Secret Runner")
	runners[10].Visibility = club.Hidden
	runners[1].Aliases = []string{"Lettie Zulu"}
	tests := []struct {
		query string
		want  []string
	}{
		{"karabo kh", []string{"Karabo Khumalo", "Karabo Khumalo-Dlamini"}},
		{"KARABO KHUMALO", []string{"Karabo Khumalo", "Karabo Khumalo-Dlamini"}},
		{"khumalo karabo", []string{"Karabo Khumalo", "Karabo Khumalo-Dlamini"}},
		{"ndl", []string{"Lethabo Ndlovu"}},
		{"ndluvu", []string{"Lethabo Ndlovu"}},
		{"ndlv", []string{"Lethabo Ndlovu"}},
		{"lehtabo", []string{"Lethabo Ndlovu"}},
		{"lethaboo", []string{"Lethabo Ndlovu"}},
		{"zulu", []string{"Lethabo Ndlovu"}},
		{"garcia", []string{"José García"}},
		{"GARCÍA jose", []string{"José García"}},
		{"obrien", []string{"Siobhan O'Brien"}},
		{"o’brien", []string{"Siobhan O'Brien"}},
		{"merwe pieter", []string{"Pieter van der Merwe"}},
		{"tee", []string{"Thandi (Tee) Mokoena"}},
		{"(te", []string{"Thandi (Tee) Mokoena"}},
		{"100%", []string{"100% Effort"}},
		{"k_", []string{"K_rabo Sithole"}},
		{"%", nil},
		{"_", nil},
		{"kar%", nil},
		{"'", nil},
		{"' OR 1=1 --", nil},
		{"secret", nil},
		{"", nil},
		{"   ", nil},
		{"xyzzy", nil},
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, queries.Batch{Runners: runners})
		for _, test := range tests {
			hits, more, err := db.SearchRunners(t.Context(), test.query, 20)
			if err != nil || more {
				t.Fatalf("%q: more %v, %v", test.query, more, err)
			}
			var got []string
			for _, hit := range hits {
				got = append(got, hit.Name)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q: got %q, want %q", test.query, got, test.want)
			}
		}
	})
}
