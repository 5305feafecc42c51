package agegrade_test

import (
	"math"
	"testing"

	"runnerdb/club"
	"runnerdb/club/agegrade"
)

func at(t *testing.T, text string) club.FinishTime {
	t.Helper()
	time, err := club.ParseFinishTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return time
}

// The first three were worked out by hand from the tables; the standards of
// the others are lines of the tables themselves: open-class seconds over factor.
func TestGrade(t *testing.T) {
	tests := []struct {
		sex    club.Sex
		age    int
		length club.Metres
		time   string
		want   float64
	}{
		{club.Male, 50, 10_000, "45:00", 66.02},
		{club.Female, 45, 21_098, "1:55:00", 59.20},
		{club.Male, 60, 42_195, "4:00:00", 61.70},
		{club.Male, 25, 42_195, "2:00:35", 100},
		{club.Female, 25, 10_000, "28:46", 100},
		// 6 and 12 km are in the table and lie on the curve between their
		// neighbours; 56 km is not in it.
		{club.Male, 25, 6_000, "15:30", 100},
		{club.Male, 25, 12_000, "31:55", 100},
		{club.Male, 25, 56_000, "2:49:36", 100},
	}
	for _, test := range tests {
		got, ok := agegrade.Grade(test.sex, test.age, test.length, at(t, test.time))
		if !ok || math.Abs(got-test.want) > 0.005 {
			t.Errorf("%s%d %s in %s: got %.4f, %v, want %.2f", test.sex, test.age, test.length, test.time, got, ok, test.want)
		}
	}
}

func TestNoGrade(t *testing.T) {
	tests := []struct {
		name   string
		sex    club.Sex
		age    int
		length club.Metres
		time   club.FinishTime
	}{
		{"sex unknown", club.SexUnknown, 40, 10_000, 1000},
		{"no age", club.Female, 0, 10_000, 1000},
		{"a toddler", club.Female, 4, 10_000, 1000},
		{"beyond the table", club.Male, 101, 10_000, 1000},
		{"a lap", club.Male, 40, 400, 1000},
		{"too far", club.Male, 40, 200_001, 1000},
		{"no time", club.Male, 40, 10_000, 0},
		{"a time before the start", club.Male, 40, 10_000, -1},
	}
	for _, test := range tests {
		if got, ok := agegrade.Grade(test.sex, test.age, test.length, test.time); ok {
			t.Errorf("%s: got %.2f, want none", test.name, got)
		}
	}
	for _, age := range []int{5, 100} {
		for _, length := range []club.Metres{1609, 200_000} {
			if _, ok := agegrade.Grade(club.Female, age, length, 1000); !ok {
				t.Errorf("age %d over %s: got none", age, length)
			}
		}
	}
}

// Whoever runs the same time over a longer distance, or older than in their
// best years, grades higher; and grades never jump between distances.
func TestGradesGrowWithDistanceAndAge(t *testing.T) {
	const hour = club.FinishTime(3_600_000)
	for _, sex := range []club.Sex{club.Female, club.Male} {
		for age := 5; age <= 100; age++ {
			last := 0.0
			for length := club.Metres(1610); length <= 200_000; length += 250 {
				got, ok := agegrade.Grade(sex, age, length, hour)
				if !ok || got <= last || last > 0 && got > last*1.25 {
					t.Fatalf("%s%d: %.3f over %d m after %.3f", sex, age, got, length, last)
				}
				if older, ok := agegrade.Grade(sex, age+1, length, hour); ok && age >= 35 && older < got {
					t.Fatalf("%s%d over %d m: %.3f, a year later %.3f", sex, age, length, got, older)
				}
				last = got
			}
		}
	}
}

func TestPublicAgeHidesTheBirthday(t *testing.T) {
	race := club.Date{Year: 2026, Month: 6, Day: 14}
	for _, born := range []club.Date{{Year: 1976, Month: 1, Day: 1}, {Year: 1976, Month: 12, Day: 31}} {
		if got := agegrade.PublicAge(born, race); got != 50 {
			t.Errorf("born %s: got %d, want 50", born, got)
		}
	}
	for name, birth := range map[string]club.Date{"unknown": {}, "a child": {Year: 2009, Month: 1, Day: 1}} {
		if got := agegrade.PublicAge(birth, race); got != 0 {
			t.Errorf("%s: got %d, want 0", name, got)
		}
	}
}
