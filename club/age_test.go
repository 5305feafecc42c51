package club

import (
	"strings"
	"testing"
	"time"
)

func TestCategoryAges(t *testing.T) {
	for category, want := range map[string][2]int{
		"40-49": {40, 49}, "M40-44": {40, 44}, "M 45": {45, 54}, "W35": {35, 44}, "70+": {70, oldest}, "F70+": {70, oldest},
		"U20": {0, 19}, "JM U/18": {0, 17}, "Under 16": {0, 15}, "Junior": {0, 19}, "SENIOR": {18, 39}, "Grandmaster": {60, oldest},
		"Great Grandmaster": {70, oldest}, "Masters": {35, oldest}, "Veteran": {35, oldest},
		"": {}, "Open": {}, "1719": {}, "M": {}, "10 km": {}, "49-40": {}, "12": {}, "Wheelchair": {}, "1. M30": {},
	} {
		from, to, ok := CategoryAges(category)
		if from != want[0] || to != want[1] || ok != (want != [2]int{}) {
			t.Errorf("%q: got %d to %d, %t, want %v", category, from, to, ok, want)
		}
	}
}

func in(year int, category string) Performance {
	return Performance{Result{ID: int64(year), Category: category}, Race{Name: "Two Oceans", HeldOn: Date{year, time.April, 4}}}
}

func TestCategoryDoubt(t *testing.T) {
	born := Date{1980, time.May, 1}
	for _, test := range []struct {
		birth  Date
		p      Performance
		others []Performance
		want   string
	}{
		{Date{}, in(2020, "M40"), []Performance{in(2018, "M50")}, "M40 in 2020 does not fit M50 in 2018 (Two Oceans)."},
		{Date{}, in(2020, "60-69"), []Performance{in(2018, "Senior")}, "60-69 in 2020 does not fit Senior in 2018"},
		{Date{}, in(2018, "M50"), []Performance{in(2018, "M40")}, ""}, // itself
		{Date{}, in(2020, "M50"), []Performance{in(2018, "M40"), in(2019, "M45")}, ""},
		{Date{}, in(2020, "Senior"), []Performance{in(2019, "Junior"), in(2015, "")}, ""},
		{Date{}, in(2020, "Open"), []Performance{in(2018, "M50")}, ""},
		{born, in(2020, "40-49"), nil, ""},  // 39, but 40 at the end of the year
		{born, in(2020, "Senior"), nil, ""}, // 39 on the day
		{born, in(2021, "30-39"), nil, "30-39 does not fit who was 40 on that day."},
		{born, in(2020, "Junior"), nil, "Junior does not fit who was 39 on that day."},
	} {
		got := CategoryDoubt(test.birth, test.p, test.others)
		if got != test.want && (test.want == "" || !strings.HasPrefix(got, test.want)) {
			t.Errorf("%v: got %q, want %q", test.p, got, test.want)
		}
	}
}

// A runner with the categories that the birth date gives is never doubted.
func TestOwnCategoriesAreNotDoubted(t *testing.T) {
	for month := time.January; month <= time.December; month++ {
		birth := Date{1960, month, 15}
		var others []Performance
		for year := 1970; year < 2060; year++ {
			p := in(year, "")
			p.Result.Category = Category(birth, p.Race.HeldOn)
			if doubt := CategoryDoubt(birth, p, others) + AgeDoubt(birth, p.Race.HeldOn); doubt != "" {
				t.Errorf("born %s: %s", birth, doubt)
			}
			others = append(others, p)
		}
	}
}

func TestAgeDoubt(t *testing.T) {
	race := Date{2020, time.April, 4}
	for birth, want := range map[Date]string{
		{}: "", {1980, 1, 1}: "", {2011, 4, 4}: "",
		{2011, 4, 5}: "Born on 5 Apr 2011: a child of 8 on the day of this race.",
		{2020, 4, 5}: "Born on 5 Apr 2020, after this race.",
		{1900, 1, 1}: "Born on 1 Jan 1900: 120 years old on the day of this race.",
	} {
		if got := AgeDoubt(birth, race); got != want {
			t.Errorf("born %s: got %q, want %q", birth, got, want)
		}
	}
}

func FuzzCategoryAges(f *testing.F) {
	for _, seed := range []string{"40-49", "M45", "70+", "U20", "Senior", "1. M30"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, category string) {
		if from, to, ok := CategoryAges(category); ok && (from > to || from < 0 || to > oldest) {
			t.Errorf("%q: got %d to %d", category, from, to)
		}
	})
}
