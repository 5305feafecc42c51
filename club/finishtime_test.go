package club_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"runnerdb/club"
)

const (
	second = club.FinishTime(1000)
	minute = 60 * second
	hour   = 60 * minute
)

func TestParseFinishTime(t *testing.T) {
	tests := []struct {
		text string
		want club.FinishTime
	}{
		{"3:47:05", 3*hour + 47*minute + 5*second},
		{"03:47:05", 3*hour + 47*minute + 5*second},
		{" 3:47:05 ", 3*hour + 47*minute + 5*second},
		{"3:47:05.4", 3*hour + 47*minute + 5*second + 400},
		{"3:47:05,25", 3*hour + 47*minute + 5*second + 250},
		{"3：47：05", 3*hour + 47*minute + 5*second},
		{"47:05", 47*minute + 5*second},
		{"90:00", 90 * minute},
		{"26:12:00", 26*hour + 12*minute},
		{"3h47", 3*hour + 47*minute},
		{"3H47", 3*hour + 47*minute},
		{"3h", 3 * hour},
		{"3h47m05s", 3*hour + 47*minute + 5*second},
		{"3 h 47 min 5 s", 3*hour + 47*minute + 5*second},
		{"3 hours 47 minutes", 3*hour + 47*minute},
		{`3h47'05"`, 3*hour + 47*minute + 5*second},
		{`47'05"`, 47*minute + 5*second},
		{"47′05″", 47*minute + 5*second},
		{"47’05”", 47*minute + 5*second},
		{"47'05''", 47*minute + 5*second},
		{"45s", 45 * second},
		{"3.47.05", 3*hour + 47*minute + 5*second},
		{"34705", 3*hour + 47*minute + 5*second},
		{"034705", 3*hour + 47*minute + 5*second},
		{"4705", 47*minute + 5*second},
		{"958", 9*minute + 58*second},
	}
	for _, test := range tests {
		got, err := club.ParseFinishTime(test.text)
		if err != nil || got != test.want {
			t.Errorf("%q: got %d, %v; want %d", test.text, got, err, test.want)
		}
	}
}

func TestParseFinishTimeRefuses(t *testing.T) {
	for _, text := range []string{
		"", "  ", "abc", "DNF", "-3:47:05", "3:-47:05", "+3:47:05", "0:00:00", "0", "00:00", "3:60:00", "3:47:60", "47:60",
		"25:61:61", "1:2:3:4", "3:47:", ":47:05", "3::05", "3:47:05.", "3:4.5:05", "1e3", "0x10", "1_000", "NaN", "Inf",
		"12", "12345678", "1001:00:00", "99999999999999999999", "3h70", "5m3h", "3h3h", "3.47", "١:٢:٣", "3:47:05 pm",
		strings.Repeat("9", 100), "3:47:05\x00", "\xff\xfe",
	} {
		if got, err := club.ParseFinishTime(text); !errors.Is(err, club.ErrNotATime) {
			t.Errorf("%q: got %v, %v; want ErrNotATime", text, got, err)
		}
	}
}

// A printed time parses to the same time and prints the same again.
func TestFinishTimeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := club.FinishTime(rapid.Int64Range(1, int64(club.MaxFinishTime)/1000).Draw(t, "seconds")) * second
		got, err := club.ParseFinishTime(want.String())
		if err != nil || got != want {
			t.Fatalf("%s: got %d, %v; want %d", want, got, err, want)
		}
	})
}

func FuzzParseFinishTime(f *testing.F) {
	for _, text := range []string{"3:47:05", "3h47", "47'05\"", "34705", "3.47.05", "3:47:05,4", "1 hour 2 mins"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := club.ParseFinishTime(text)
		if err != nil {
			if !errors.Is(err, club.ErrNotATime) || got != 0 {
				t.Errorf("%q: got %d, %v", text, got, err)
			}
			return
		}
		if got <= 0 || got > club.MaxFinishTime {
			t.Errorf("%q: %d is out of bounds", text, got)
		}
		if again, err := club.ParseFinishTime(got.String()); err != nil || again < got || again-got >= second {
			t.Errorf("%q: %d prints as %s, which reads as %d, %v", text, got, got, again, err)
		}
	})
}

func TestFinishTimePrints(t *testing.T) {
	tests := []struct {
		time                club.FinishTime
		clock, words, pace5 string
	}{
		{0, "0:00:00", "0 s", ""},
		{1, "0:00:01", "0 s", "0:00 /km"},
		{24*minute + 31*second, "0:24:31", "25 min", "4:54 /km"},
		{24*minute + 30*second + 1, "0:24:31", "25 min", "4:54 /km"},
		{3*hour + 47*minute + 5*second, "3:47:05", "3 h 47 min", "45:25 /km"},
		{2 * hour, "2:00:00", "2 h", "24:00 /km"},
		{26*hour + 1*second, "26:00:01", "26 h", "312:00 /km"},
		{40 * second, "0:00:40", "40 s", "0:08 /km"},
	}
	for _, test := range tests {
		if got := test.time.String(); got != test.clock {
			t.Errorf("%d: got %s, want %s", test.time, got, test.clock)
		}
		if got := test.time.Words(); got != test.words {
			t.Errorf("%d: got %s, want %s", test.time, got, test.words)
		}
		if got := test.time.Pace(5000); got != test.pace5 {
			t.Errorf("%d: got %s, want %s", test.time, got, test.pace5)
		}
	}
}
