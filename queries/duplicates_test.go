package queries_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func TestDuplicates(t *testing.T) {
	born := club.Date{Year: 1980, Month: time.May, Day: 1}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		batch := someRaces()
		batch.Results = nil
		batch.Runners = []club.Runner{
			{ID: 1, Name: "Thabo Nkosi", BirthDate: born},
			{ID: 2, Name: "THABO NKOSI"},
			{ID: 3, Name: "Thabo Nkosi", BirthDate: born.AddDays(400)},
			{ID: 4, Name: "Thabo Nksoi", BirthDate: born},
			{ID: 5, Name: "Sipho Zulu", BirthDate: born},
			{ID: 6, Name: "Nomsa Xaba", Licence: "WPA 77", Sex: club.Female},
			{ID: 7, Name: "Nomsa Mthembu", Licence: "wpa77"},
			{ID: 8, Name: "Nomsa Mthembu", Sex: club.Male},
			{ID: 9, Name: "Karabo Khumalo"},
			{ID: 10, Name: "Karabo Khumalo"},
		}
		for i, runner := range []int64{9, 10} {
			batch.Results = append(batch.Results, club.Result{ID: int64(i + 1), RunnerID: runner, RaceID: 1, Status: club.Finished, Net: 1, Counts: true})
		}
		querytest.Load(t, db, batch)
		found, err := db.Duplicates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range found {
			got = append(got, fmt.Sprintf("%d %d %s", d.A.ID, d.B.ID, d.Why))
		}
		want := []string{
			"6 7 the same licence", "1 2 the same name", "2 3 the same name", "7 8 the same name",
			"1 4 born on the same day, names nearly alike",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		shared, err := db.SharedRaces(t.Context(), 9, 10)
		if len(shared) != 1 || err != nil {
			t.Errorf("got %v, %v; want the race that both ran", shared, err)
		}
	})
}
