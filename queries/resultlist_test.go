package queries_test

import (
	"fmt"
	"slices"
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func TestResultsAreListed(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		batch := someRaces()
		batch.Results = []club.Result{
			{ID: 1, RunnerID: 1, RaceID: 1, Status: club.Finished, Net: 5 * 3_600_000, Club: "RCS Gugulethu AC", Counts: true},
			{ID: 2, RunnerID: 2, RaceID: 1, Status: club.DidNotFinish, Club: "Nedbank", Counts: true},
			{ID: 3, RunnerID: 3, RaceID: 2, Status: club.Finished, Gun: 4 * 3_600_000, Club: "GUGULETHU", Counts: false},
			{ID: 4, RunnerID: 1, RaceID: 3, Status: club.Finished, Net: 1_000_000, Counts: true},
			{ID: 5, RunnerID: 2, RaceID: 4, Status: club.Finished, Net: 100 * 3_600_000, Counts: true},
			{ID: 6, RunnerID: 2, RaceID: 5, Status: club.OutOfTime, Net: 90 * 3_600_000, Counts: true},
		}
		querytest.Load(t, db, batch)
		marathon, err := club.DistanceByKey("42k")
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			filter queries.ResultFilter
			want   []int64
		}{
			{queries.ResultFilter{}, []int64{4, 3, 1, 2, 6, 5}},
			{queries.ResultFilter{Sort: "new"}, []int64{6, 5, 4, 3, 2, 1}},
			{queries.ResultFilter{Sort: "runner"}, []int64{3, 6, 5, 2, 4, 1}},
			{queries.ResultFilter{Sort: "oldest"}, []int64{5, 6, 1, 2, 3, 4}},
			{queries.ResultFilter{Sort: "race"}, []int64{5, 4, 3, 1, 2, 6}},
			{queries.ResultFilter{Sort: "distance"}, []int64{4, 5, 3, 1, 2, 6}},
			{queries.ResultFilter{Sort: "fastest"}, []int64{4, 3, 1, 6, 5, 2}},
			{queries.ResultFilter{Sort: "slowest"}, []int64{5, 6, 1, 3, 4, 2}},
			{queries.ResultFilter{Sort: "club"}, []int64{4, 5, 6, 3, 2, 1}},
			{queries.ResultFilter{Sort: "'; DROP TABLE results"}, []int64{4, 3, 1, 2, 6, 5}},
			{queries.ResultFilter{Query: "thab"}, []int64{4, 1}},
			{queries.ResultFilter{Query: "%"}, nil},
			{queries.ResultFilter{Race: "two oceans ultra"}, []int64{3, 1, 2, 6}},
			{queries.ResultFilter{Race: "nowhere"}, nil},
			{queries.ResultFilter{Year: 2025}, []int64{4, 3}},
			{queries.ResultFilter{Distance: marathon}, []int64{5}},
			{queries.ResultFilter{Status: club.DidNotFinish}, []int64{2}},
			{queries.ResultFilter{Status: club.Finished, Query: "sipho"}, []int64{5}},
			{queries.ResultFilter{Club: "Guguléthu"}, []int64{3, 1}},
			{queries.ResultFilter{Club: "nobody's"}, nil},
			{queries.ResultFilter{NotCounting: true}, []int64{3}},
			{queries.ResultFilter{Doubtful: true}, []int64{4, 5}},
			{queries.ResultFilter{Doubtful: true, NotCounting: true}, nil},
			{queries.ResultFilter{Query: "sipho", Race: "oceans", Year: 2024, Club: "ned", Status: club.DidNotFinish}, []int64{2}},
		} {
			test.filter.Limit = 10
			results, total, more, err := db.KeptResultsOf(t.Context(), test.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, r := range results {
				got = append(got, r.Result.ID)
			}
			if !slices.Equal(got, test.want) || total != len(test.want) || more {
				t.Errorf("%+v: got %v of %d, want %v", test.filter, got, total, test.want)
			}
		}
		page, total, _, err := db.KeptResultsOf(t.Context(), queries.ResultFilter{Sort: "new", Limit: 2, Offset: 2})
		if err != nil || len(page) != 2 || page[0].Result.ID != 4 || total != 6 || page[0].Race.Name != "Two Oceans Half" || page[0].Result.Runner != "Thabo Nkosi" {
			t.Errorf("got %+v of %d, %v", page, total, err)
		}
	})
}

// Beyond what is counted, lists go another way and find the same.
func TestManyResultsAreListed(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		const many = queries.MaxResultsListed + 500
		batch := someRaces()
		batch.Runners, batch.Results = nil, nil
		for i := range int64(many) {
			batch.Runners = append(batch.Runners, club.Runner{ID: i + 1, Name: fmt.Sprintf("Thabo Nkosi %05d", i)})
			batch.Results = append(batch.Results, club.Result{
				ID: i + 1, RunnerID: i + 1, RaceID: 1 + i%5, Status: club.Finished, Net: club.FinishTime(20_000_000 + i), Club: "Gugulethu", Counts: true,
			})
		}
		querytest.Load(t, db, batch)
		for sort, want := range map[string][2]int64{
			"date": {3, 8}, "oldest": {4, 9}, "race": {4, 9}, "distance": {3, 8}, "runner": {1, 2}, "club": {1, 2}, "fastest": {1, 2},
			"slowest": {many, many - 1}, "new": {many, many - 1},
		} {
			for _, filter := range []queries.ResultFilter{{}, {Query: "thabo"}, {Club: "gug"}, {Status: club.Finished}} {
				filter.Sort, filter.Limit = sort, 2
				results, total, more, err := db.KeptResultsOf(t.Context(), filter)
				if err != nil || total != queries.MaxResultsListed || !more {
					t.Fatalf("%+v: got %d, %t, %v", filter, total, more, err)
				}
				if got := [2]int64{results[0].Result.ID, results[1].Result.ID}; got != want {
					t.Errorf("%+v: got %v, want %v", filter, got, want)
				}
			}
		}
		var all []int64
		for more := true; more; {
			results, err := db.KeptResultsAfter(t.Context(), queries.ResultFilter{Query: "thabo", Year: 2025}, slices.Max(append(all, 0)), 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				all = append(all, r.Result.ID)
			}
			more = len(results) == 1000
		}
		if len(all) != many*2/5 || !slices.IsSorted(all) || all[0] != 2 || all[1] != 3 {
			t.Errorf("one after the other: got %d, beginning with %v", len(all), all[:2])
		}
	})
}
