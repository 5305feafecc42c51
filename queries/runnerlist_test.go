package queries_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func TestKeptRunners(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		batch := smallClub()
		batch.Runners[1].Name, batch.Runners[2].Name = "Alice_100%", "Zodwa van der Merwe"
		for i := range batch.Results {
			batch.Results[i].Club = map[int64]string{1: "Gugulethu", 2: "Nedbank"}[batch.Results[i].RunnerID]
		}
		querytest.Load(t, db, batch)
		for _, test := range []struct {
			filter queries.RunnerFilter
			want   string
			total  int
		}{
			{queries.RunnerFilter{}, "Alice_100%, Thabo Nkosi, Zodwa van der Merwe", 3},
			{queries.RunnerFilter{Sort: "new"}, "Zodwa van der Merwe, Alice_100%, Thabo Nkosi", 3},
			{queries.RunnerFilter{Sort: "races"}, "Thabo Nkosi, Alice_100%, Zodwa van der Merwe", 3},
			{queries.RunnerFilter{Sort: "last"}, "Thabo Nkosi, Alice_100%, Zodwa van der Merwe", 3},
			{queries.RunnerFilter{Sort: "club"}, "Thabo Nkosi, Alice_100%, Zodwa van der Merwe", 3},
			{queries.RunnerFilter{Sort: "; DROP TABLE runners", Limit: 1, Offset: 1}, "Thabo Nkosi", 3},
			{queries.RunnerFilter{Visibility: queries.HiddenOnly}, "Zodwa van der Merwe", 1},
			{queries.RunnerFilter{Visibility: queries.VisibleOnly}, "Alice_100%, Thabo Nkosi", 2},
			{queries.RunnerFilter{Query: "MER zod"}, "Zodwa van der Merwe", 1},
			{queries.RunnerFilter{Query: "_"}, "", 0},
			{queries.RunnerFilter{Query: "%"}, "", 0},
			{queries.RunnerFilter{Query: `alice_100%`}, "Alice_100%", 1},
			{queries.RunnerFilter{Query: `\`}, "", 0},
		} {
			if test.filter.Limit == 0 {
				test.filter.Limit = 10
			}
			runners, total, err := db.KeptRunners(t.Context(), test.filter)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, r := range runners {
				names = append(names, r.Name)
			}
			if got := strings.Join(names, ", "); got != test.want || total != test.total {
				t.Errorf("%+v: got %q of %d, want %q of %d", test.filter, got, total, test.want, test.total)
			}
		}
		one, err := db.KeptRunner(t.Context(), 1)
		if err != nil || one.Races != 2 || fmt.Sprint(one.Aliases) != "[Tebza]" || one.BirthDate.IsZero() {
			t.Errorf("got %+v, %v", one, err)
		}
	})
}

func TestUndoUpdate(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, smallClub())
		was := anyRunner(t, db, 1)
		is := was
		is.Name, is.Visibility, is.Aliases = "Sipho Zulu", club.Hidden, nil
		if err := db.UpdateRunner(t.Context(), is, actor); err != nil {
			t.Fatal(err)
		}
		if _, err := db.UndoUpdate(t.Context(), 1, 1, actor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("another version: got %v, want ErrStale", err)
		}
		if _, err := db.UndoUpdate(t.Context(), 1, 2, actor); err != nil {
			t.Fatal(err)
		}
		now := anyRunner(t, db, 1)
		if now.Name != was.Name || now.Hidden || fmt.Sprint(now.Aliases) != "[Tebza]" || now.Version != 3 {
			t.Errorf("got %+v, want what it was", now)
		}
		if _, err := db.UndoUpdate(t.Context(), 1, 3, actor); err != nil {
			t.Errorf("the undoing is undone: %v", err)
		}
		if now := anyRunner(t, db, 1); now.Name != "Sipho Zulu" {
			t.Errorf("got %q, want the change again", now.Name)
		}
	})
}
