package club_test

import (
	"strings"
	"testing"

	"runnerdb/club"
)

func TestDoubt(t *testing.T) {
	for _, test := range []struct {
		time   string
		length club.Metres
		want   string
	}{
		{"3:47:05", 42_195, ""},
		{"2:00:36", 42_195, ""},
		{"2:00:34", 42_195, "world record"},
		{"0:47:05", 42_195, "world record"},
		{"12:00:00", 88_000, ""},
		{"5:14:00", 88_000, ""},
		{"4:30:00", 88_000, "world record"},
		{"16:00:00", 42_195, ""},
		{"17:00:00", 42_195, "walking"},
		{"0:26:30", 10_000, ""},
		{"0:25:00", 10_000, "world record"},
		{"40:09:00", 10_000, "walking"}, // 40 min 9 s in a spreadsheet's hands
		{"0:00:30", 100, ""},
		{"3:47:05", 0, ""},
	} {
		finish, err := club.ParseFinishTime(test.time)
		if err != nil {
			t.Fatal(err)
		}
		if got := club.Doubt(finish, test.length); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s over %s: got %q, want %q", test.time, test.length, got, test.want)
		}
	}
}
