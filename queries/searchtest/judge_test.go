package searchtest

import (
	"testing"

	"runnerdb/club"
)

func TestJudge(t *testing.T) {
	people := []Person{
		{ID: 1, Name: "Karabo Khumalo", Licence: "WPA 10401", Races: 9},
		{ID: 2, Name: "Karabo Khumalo", Hidden: true},
		{ID: 3, Name: "Kagiso Kumalo", Races: 3},
		{ID: 4, Name: "Sipho Xaba", Races: 1},
		{ID: 5, Name: "Johan van der Merwe", Aliases: []string{"Jan Botha"}},
		{ID: 6, Name: "Nomsa Dlamini-Khumalo", Races: 20},
		{ID: 7, Name: "Khumalo Sithole", Races: 50},
	}
	for i := range people {
		people[i].key = club.Fold(people[i].Name)
	}
	judge := NewJudge(people)
	tests := []struct {
		kind            Kind
		typed, expected string
		found           []int64
		want            int
	}{
		{Exact, "karabo khumalo", "Karabo Khumalo", []int64{3, 1}, 2},
		{Exact, "karabo khumalo", "Karabo Khumalo", []int64{2, 6}, 0},
		{Exact, "karabo khumalo", "Karabo Khumalo", nil, 0},
		{Slip, "karabo khumslo", "Karabo Khumalo", []int64{3, 6}, 0},
		{Slip, "khumslo", "* Khumalo", []int64{4, 6}, 2},
		{Slip, "kumalo kagiso", "Karabo Khumalo", []int64{3}, 1}, // nearer than whoever was meant
		{Unfinished, "sipho xb", "Sipho Xaba", []int64{4}, 1},
		{Nguni, "karabo kumalo", "Karabo Khumalo", []int64{3, 1}, 2},
		{Alias, "jan botha", "Johan van der Merwe", []int64{5}, 1},
		{Licence, "wpa10401", "Sipho Xaba", []int64{3, 1}, 2},
		{Click, "cab", "! Xaba", []int64{1, 3}, 1},
		{Click, "cab", "! Xaba", []int64{1, 4}, 0},
		{Click, "xab", "! Xaba", []int64{4}, 1},
		{Hidden, "karabo khumalo", "! Karabo Khumalo", []int64{1}, 1},
		{Hidden, "karabo khumalo", "! Karabo Khumalo", nil, 1},
		{Initials, "K. Khumalo", "best", []int64{6, 7, 1}, 3}, // no word stands for two
		{Common, "khumalo", "best", []int64{7, 6}, 2},         // a surname before a given name
		{Common, "merwe", "best", []int64{5}, 1},
		{Common, "nobody", "best", []int64{5}, 0},
	}
	for _, test := range tests {
		q := Question{Kind: test.kind, Typed: test.typed, Expected: test.expected}
		if got := judge.Rank(q, test.found); got != test.want {
			t.Errorf("%s %q for %q, found %v: got %d, want %d", test.kind, test.typed, test.expected, test.found, got, test.want)
		}
	}
	if judge.AnyHidden([]int64{1, 3}) || !judge.AnyHidden([]int64{1, 2}) {
		t.Error("hidden runners are not told from others")
	}
}
