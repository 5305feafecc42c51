package club_test

import (
	"math"
	"testing"
	"time"

	"runnerdb/club"
)

func TestFinishTimeOfMinutes(t *testing.T) {
	tests := []struct {
		minutes float64
		want    string
	}{
		{227.0833, "3:47:05"},
		{0.5 / 60, "0:00:01"},
		{0.4 / 60, "0:00:00"},
		{-3, "0:00:00"},
		{math.NaN(), "0:00:00"},
		{math.Inf(1), "1000:00:00"},
		{1e300, "1000:00:00"},
	}
	for _, test := range tests {
		if got := club.FinishTimeOfMinutes(test.minutes).String(); got != test.want {
			t.Errorf("%v: got %s, want %s", test.minutes, got, test.want)
		}
	}
}

func TestDistanceOf(t *testing.T) {
	tests := []struct {
		length club.Metres
		want   string
	}{
		{5000, "5k"},
		{4951, "5k"},
		{4949, ""},
		{10_000, "10k"},
		{16_093, "10mi"},
		{21_097, "21k"},
		{21_100, "21k"},
		{42_195, "42k"},
		{42_200, "42k"},
		{41_000, ""},
		{56_000, "56k"},
		{55_990, "56k"},
		// Comrades: 2010 down, 2019 up, 2024 up (Comrades Marathon Association).
		{89_208, "comrades"},
		{86_730, "comrades"},
		{85_910, "comrades"},
		{90_300, ""},
		{0, ""},
		{-5000, ""},
	}
	for _, test := range tests {
		got, found := club.DistanceOf(test.length)
		if got.Key != test.want || found != (test.want != "") {
			t.Errorf("%d m: got %q, want %q", test.length, got.Key, test.want)
		}
	}
}

func TestDistancesDontOverlap(t *testing.T) {
	for i, d := range club.Distances {
		if i > 0 && d.Shortest <= club.Distances[i-1].Longest {
			t.Errorf("%s overlaps with %s", d.Name, club.Distances[i-1].Name)
		}
		if found, err := club.DistanceByKey(d.Key); err != nil || found != d {
			t.Errorf("%s: got %v, %v", d.Key, found, err)
		}
	}
}

func TestMetresPrint(t *testing.T) {
	for length, want := range map[club.Metres]string{42_195: "42.2 km", 10_000: "10 km", 21_098: "21.1 km", 800: "0.8 km"} {
		if got := length.String(); got != want {
			t.Errorf("%d: got %s, want %s", int(length), got, want)
		}
	}
}

func day(year int, month time.Month, d int) club.Date {
	return club.Date{Year: year, Month: month, Day: d}
}

// Rules of Athletics South Africa for road running, as bellvilleac.co.za and
// the Comrades entry rules print them.
func TestCategory(t *testing.T) {
	race := day(2026, time.June, 14)
	tests := []struct {
		birth club.Date
		want  string
	}{
		{day(2007, time.January, 1), "Junior"},
		{day(2006, time.December, 31), "Senior"},
		{day(1986, time.June, 15), "Senior"},
		{day(1986, time.June, 14), "40-49"},
		{day(1976, time.June, 14), "50-59"},
		{day(1966, time.June, 15), "50-59"},
		{day(1956, time.June, 14), "70+"},
		{club.Date{}, ""},
	}
	for _, test := range tests {
		if got := club.Category(test.birth, race); got != test.want {
			t.Errorf("born %s: got %q, want %q", test.birth, got, test.want)
		}
	}
}

func TestDate(t *testing.T) {
	for _, text := range []string{"2026-11-23", "2024-02-29", "1000-01-01", "9999-12-31"} {
		date, err := club.ParseDate(text)
		if err != nil || date.String() != text {
			t.Errorf("%s: got %s, %v", text, date, err)
		}
	}
	for _, text := range []string{"", "2025-02-29", "2025-02-30", "0000-01-01", "23/11/2026", "2026-11-23T00:00", "999-01-01"} {
		if date, err := club.ParseDate(text); err == nil {
			t.Errorf("%q: got %s, want an error", text, date)
		}
	}
	if got := day(2026, time.March, 1).DaysSince(day(2024, time.February, 29)); got != 731 {
		t.Errorf("got %d days, want 731", got)
	}
}

func TestDayOf(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-30T21:59:59Z": "2026-11-30", "2026-11-30T22:00:00Z": "2026-12-01", "2026-12-01T03:00:00+05:00": "2026-12-01",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := club.DayOf(moment).String(); got != want {
			t.Errorf("%s: got %s, want %s", at, got, want)
		}
	}
}

func TestDateScan(t *testing.T) {
	want := day(2026, time.November, 23)
	for _, src := range []any{"2026-11-23", "2026-11-23T00:00:00Z", time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)} {
		var got club.Date
		if err := got.Scan(src); err != nil || got != want {
			t.Errorf("%v: got %s, %v", src, got, err)
		}
	}
	got := want
	if err := got.Scan(nil); err != nil || !got.IsZero() {
		t.Errorf("NULL: got %s, %v", got, err)
	}
	if err := got.Scan(3); err == nil {
		t.Error("3: want an error")
	}
}

func TestFold(t *testing.T) {
	tests := []struct{ name, want string }{
		{"Karabo Khumalo", "karabo khumalo"},
		{"  KARABO\tKhumalo ", "karabo khumalo"},
		{"José García", "jose garcia"},
		{"Jose\u0301", "jose"},
		{"O'Brien", "obrien"},
		{"O’Brien", "obrien"},
		{"Nkosi-Dlamini", "nkosi dlamini"},
		{"Khumalo, Karabo", "khumalo karabo"},
		{"Søren Müßig", "soren mussig"},
		{"J. P. Smith", "j p smith"},
		{"Ελένη", "ελενη"},
		{"ΝΊΚΟΣ", "νικοσ"},
		{"Νίκος", "νικοσ"},
		{"Юлия", "юлия"},
		{"王芳", "王芳"},
		{"100%_(", "100%_("},
		{"a\x00b\u200bc", "abc"},
		{"'", ""},
		{"", ""},
	}
	for _, test := range tests {
		if got := club.Fold(test.name); got != test.want {
			t.Errorf("%q: got %q, want %q", test.name, got, test.want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, name := range []string{"José García", "O’Brien-Nkosi", "ǅ ﬁ ß İ", "\xff", "𝕶arabo"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		once := club.Fold(name)
		if twice := club.Fold(once); twice != once {
			t.Errorf("%q folds to %q, and that to %q", name, once, twice)
		}
	})
}
