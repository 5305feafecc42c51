package queries_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func someRaces() queries.Batch {
	day := func(year int, month time.Month, day int) club.Date {
		return club.Date{Year: year, Month: month, Day: day}
	}
	return queries.Batch{
		Runners: []club.Runner{{ID: 1, Name: "Thabo Nkosi"}, {ID: 2, Name: "Sipho Zulu"}, {ID: 3, Name: "Hidden Child", Sex: club.Female, Visibility: club.Hidden}},
		Series:  []club.Series{{ID: 1, Name: "Two Oceans Ultra"}, {ID: 2, Name: "Two Oceans Half"}, {ID: 3, Name: "Cape Peninsula Marathon"}},
		Races: []club.Race{
			{ID: 1, SeriesID: 1, HeldOn: day(2024, 4, 13), Length: 56_000},
			{ID: 2, SeriesID: 1, HeldOn: day(2025, 4, 5), Length: 56_000},
			{ID: 3, SeriesID: 2, HeldOn: day(2025, 4, 5), Length: 21_098},
			{ID: 4, SeriesID: 3, HeldOn: day(2019, 2, 17), Length: 42_195},
			{ID: 5, SeriesID: 1, HeldOn: day(2019, 4, 20), Length: 56_000},
		},
		Results: []club.Result{
			{ID: 1, RunnerID: 2, RaceID: 1, Status: club.Finished, Net: 2000, Position: 9, Counts: true},
			{ID: 2, RunnerID: 1, RaceID: 1, Status: club.DidNotFinish, Counts: true},
			{ID: 3, RunnerID: 3, RaceID: 1, Status: club.Finished, Net: 1000, Position: 1, Category: "Junior", Club: "Langa AC", Counts: true},
		},
	}
}

func TestKeptRacesAreSorted(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, someRaces())
		for sort, want := range map[string][]int64{
			"": {3, 2, 1, 5, 4}, "oldest": {4, 5, 1, 2, 3}, "name": {4, 3, 2, 1, 5}, "distance": {3, 4, 2, 1, 5}, "1; DROP TABLE races": {3, 2, 1, 5, 4},
		} {
			races, total, err := db.KeptRaces(t.Context(), "", sort, 0, 10)
			var got []int64
			for _, race := range races {
				got = append(got, race.ID)
			}
			if err != nil || total != 5 || !slices.Equal(got, want) {
				t.Errorf("%q: got %v of %d, %v; want %v", sort, got, total, err, want)
			}
		}
	})
}

func TestSearchRaces(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, someRaces())
		for query, want := range map[string]string{
			"two oceans":        "2 Two Oceans Ultra 2025, 3 Two Oceans Half 2025",
			"oceans 2019":       "5 Two Oceans Ultra 2019",
			"2025 oceans two":   "2 Two Oceans Ultra 2025, 3 Two Oceans Half 2025",
			"ultra":             "2 Two Oceans Ultra 2025, 1 Two Oceans Ultra 2024, 5 Two Oceans Ultra 2019",
			"ultra 2":           "2 Two Oceans Ultra 2025, 1 Two Oceans Ultra 2024, 5 Two Oceans Ultra 2019",
			"ultra 201":         "2 Two Oceans Ultra 2025, 1 Two Oceans Ultra 2024, 5 Two Oceans Ultra 2019",
			"ultra 2023":        "",
			"ultra 7":           "",
			"peninsla marathon": "4 Cape Peninsula Marathon 2019",
			"2019":              "5 Two Oceans Ultra 2019, 4 Cape Peninsula Marathon 2019",
			"1066":              "",
			"nkosi":             "",
			"%":                 "",
			"":                  "",
		} {
			found, err := db.SearchRaces(t.Context(), query, 5)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, race := range found {
				got = append(got, fmt.Sprint(race.ID, " ", race.Name, " ", race.HeldOn.Year))
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%q: got %q, want %q", query, got, want)
			}
		}
		if found, err := db.SearchRaces(t.Context(), "ultra", 2); len(found) != 2 || err != nil {
			t.Errorf("at most 2: got %d, %v", len(found), err)
		}
	})
}

func TestRaceAndItsEntrants(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		batch := someRaces()
		querytest.Load(t, db, batch)
		race, err := db.Race(t.Context(), 1)
		if err != nil || race.Name != "Two Oceans Ultra" || race.Length != 56_000 {
			t.Errorf("got %+v, %v", race, err)
		}
		if _, err := db.Race(t.Context(), 99); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("no such race: got %v, want ErrNotFound", err)
		}
		races, err := db.RacesInSeries(t.Context(), 1)
		if err != nil || len(races) != 3 || races[0].ID != 2 {
			t.Errorf("got %+v, %v", races, err)
		}
		entrants, more, err := db.Entrants(t.Context(), 1, queries.EntrantFilter{}, 0, 10)
		if err != nil || more || len(entrants) != 3 || entrants[1].Runner != "Sipho Zulu" || entrants[2].Status != club.DidNotFinish {
			t.Fatalf("got %+v, %v, %v; want three, the finishers first", entrants, more, err)
		}
		// Of who is hidden there is how the race went, and nothing that says who it was.
		withheld := queries.Entrant{Runner: club.NameWithheld, Hidden: true, Result: club.Result{RaceID: 1, Status: club.Finished, Net: 1000, Position: 1}}
		if entrants[0] != withheld {
			t.Errorf("got %+v, want %+v", entrants[0], withheld)
		}
		if facts, err := db.RaceFacts(t.Context(), 1, []string{"Langa AC"}); err != nil || facts.Finished != 2 || facts.Own != 1 || len(facts.Clubs) != 0 {
			t.Errorf("got %+v, %v; want two finishers, and the club of who is withheld counted nowhere", facts, err)
		}
		if first, more, err := db.Entrants(t.Context(), 1, queries.EntrantFilter{}, 0, 1); len(first) != 1 || !more || err != nil {
			t.Errorf("got %d, more %v, %v", len(first), more, err)
		}
	})
}

func TestEntrantsAreChosenAmongThoseWithANameOnly(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, boardBatch())
		for _, test := range []struct {
			race   int64
			filter queries.EntrantFilter
			want   string
		}{
			{1, queries.EntrantFilter{}, "Name withheld, Busi, Anele"},
			{1, queries.EntrantFilter{Sex: club.Female}, "Busi, Anele"},
			{1, queries.EntrantFilter{Category: "Senior"}, ""},
			{1, queries.EntrantFilter{Club: "RCS Gugulethu AC", Category: "50-59"}, "Busi"},
			{2, queries.EntrantFilter{Sex: club.Male}, "Cebo"},
			{2, queries.EntrantFilter{Club: "Celtic Harriers"}, "Elsewhere"},
		} {
			entrants, _, err := db.Entrants(t.Context(), test.race, test.filter, 0, 10)
			var got []string
			for _, e := range entrants {
				got = append(got, e.Runner)
			}
			if strings.Join(got, ", ") != test.want || err != nil {
				t.Errorf("race %d, %+v: got %q, %v, want %q", test.race, test.filter, got, err, test.want)
			}
		}
	})
}

func TestRaceFacts(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, boardBatch())
		facts, err := db.RaceFacts(t.Context(), 2, []string{"rcs Gugulethu AC"})
		// 36:00 for another club, 40:00 without one, 45:00 for ours.
		if err != nil || facts.Finished != 3 || facts.Own != 2 || facts.Median.String() != "0:40:00" || len(facts.Minutes) != 3 {
			t.Errorf("got %+v, %v", facts, err)
		}
		if got := strings.Join(facts.Clubs, ","); got != " rcs gugulethu ac,Celtic Harriers" {
			t.Errorf("the clubs are %q", got)
		}
		if facts, err := db.RaceFacts(t.Context(), 1, nil); err != nil || facts.Finished != 3 || strings.Contains(fmt.Sprint(facts.Categories), "Senior") {
			t.Errorf("got %+v, %v; the category of a hidden runner is no choice", facts, err)
		}
		if facts, err := db.RaceFacts(t.Context(), 99, nil); err != nil || facts.Finished != 0 || facts.Median != 0 {
			t.Errorf("no race: got %+v, %v", facts, err)
		}
	})
}
