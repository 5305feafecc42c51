package club_test

import (
	"testing"

	"runnerdb/club"
)

func TestMeetings(t *testing.T) {
	absent := ran(4, 2024, 10_000, 40)
	absent.Result.Status = club.DidNotStart
	meetings := club.Meetings([][]club.Performance{
		{ran(4, 2024, 10_000, 40), ran(3, 2023, 10_000, 45), ran(2, 2022, 10_000, 0), ran(1, 2021, 10_000, 50)},
		{absent, ran(3, 2023, 10_000, 45), ran(2, 2022, 10_000, 60), ran(1, 2021, 10_000, 51)},
		{ran(9, 2025, 10_000, 30), ran(1, 2021, 10_000, 49)},
	})
	if len(meetings) != 3 || meetings[0].Race.ID != 3 || meetings[2].Race.ID != 1 {
		t.Fatalf("got %+v", meetings)
	}
	for _, test := range []struct {
		meeting, a, b int
		want          bool
	}{
		{2, 0, 1, true},
		{2, 1, 0, false},
		{2, 2, 0, true},
		{1, 1, 0, true},
		{1, 0, 1, false},
		{0, 0, 1, false},
		{0, 1, 0, false},
		{0, 0, 2, false},
		{0, 2, 0, false},
	} {
		if got := meetings[test.meeting].Ahead(test.a, test.b); got != test.want {
			t.Errorf("meeting %d: %d ahead of %d: got %v, want %v", test.meeting, test.a, test.b, got, test.want)
		}
	}
}
