package club_test

import (
	"testing"

	"runnerdb/club"
)

func TestIsJunior(t *testing.T) {
	t.Parallel()
	for category, want := range map[string]bool{
		"Junior": true, "JUNIOR": true, "Juniors": true, "Jun": true, "Jun.": true, "J": true, "Jnr": true, "Junior Men": true,
		"Junior (U20)": true, "JM": true, "JW": true, "MJ": true, "F-J": true, "M/Jun": true, "Sub-Junior": true, "Sub Junior": true,
		"U/20": true, "U20": true, "u-18": true, "U 14": true, "MU20": true, "F U/16": true, "Under 13": true, "Under-13": true,
		"under 20 girls": true, "13 and under": true, "13 & under": true, "14 & U": true, "15 or younger": true, "O/15": true,
		"onder 19": true, "Sub 20": true, "<20": true, "15-19": true, "15–19": true, "15 to 19": true, "0-14": true, "M15-19": true, "F 16-19": true, "10-12": true,
		"M15": true, "M19": true, "F17": true, "W14": true, "M 18": true, "19": true, "12 years": true, "Boys 12": true, "Girls": true,
		"Youth": true, "Scholar": true, "Kids": true, "Seuns O/14": true, "16-24": true, "15-19 ": true,

		"": false, "Senior": false, "Sen": false, "Open": false, "Veteran": false, "Master": false, "Grandmaster": false, "Elite": false,
		"20-39": false, "18-24": false, "18-34": false, "16-39": false, "0-39": false, "15-99": false, "20-24": false, "40-49": false, "50+": false,
		"M20": false, "M35": false, "F40": false, "V40": false, "U/40": false, "U40": false, "U23": false, "40 and over": false,
		"16+": false, "18+": false, "16 and over": false, "Over 16": false, "70 and over": false, "O/40": false, "Under 40": false,
		"M": false, "F": false, "Male": false, "Walker": false, "Wheelchair": false, "1": false, "2": false, "M1": false, "Group 12": false,
		"Batch J2": true, // J stands for itself; hiding an adult is mended by a word
		"60-69":    false, "Silver": false, "Men 35-39": false, "100": false, "2015": false, "Senior 20-39": false, "Great Grandmaster": false,
	} {
		if got := club.IsJunior(category); got != want {
			t.Errorf("%q: got %v, want %v", category, got, want)
		}
	}
}

func FuzzIsJunior(f *testing.F) {
	for _, seed := range []string{"Junior", "U/20", "13 and under", "M15-19", "99999999999999999999", "≤1", "\xff1-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, category string) {
		if club.IsJunior(category) != club.IsJunior(club.Fold(category)) {
			t.Errorf("%q is another category when it is folded", category)
		}
	})
}

func TestWhyHidden(t *testing.T) {
	t.Parallel()
	day := func(text string) club.Date {
		d, err := club.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	recorded := day("2026-11-24")
	for name, test := range map[string]struct {
		said   club.Visibility
		born   club.Date
		junior bool
		want   club.Reason
	}{
		"adult":                             {born: day("1990-01-01")},
		"adult with a junior result":        {born: day("1990-01-01"), junior: true},
		"18 on that day":                    {born: day("2008-11-24")},
		"18 on the next day":                {born: day("2008-11-25"), want: club.Minor},
		"born since":                        {born: day("2026-12-01"), want: club.Minor},
		"unknown":                           {},
		"unknown, a junior":                 {junior: true, want: club.Junior},
		"a minor whom somebody shows":       {said: club.Shown, born: day("2015-01-01")},
		"a junior whom somebody shows":      {said: club.Shown, junior: true},
		"an adult whom somebody hides":      {said: club.Hidden, born: day("1990-01-01"), want: club.Asked},
		"a minor whom somebody hides":       {said: club.Hidden, born: day("2015-01-01"), want: club.Asked},
		"erased":                            {said: club.Erased, want: club.IsErased},
		"a word that nobody knows is a no":  {said: "perhaps", born: day("2015-01-01"), want: club.Minor},
		"an adult, and a word nobody knows": {said: "perhaps", born: day("1990-01-01")},
	} {
		if got := club.WhyHidden(test.said, test.born, recorded, test.junior); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestReasonWords(t *testing.T) {
	t.Parallel()
	born, before, after := club.Date{Year: 2010, Month: 6, Day: 1}, club.Date{Year: 2028, Month: 5, Day: 31}, club.Date{Year: 2028, Month: 6, Day: 1}
	for _, test := range []struct {
		reason club.Reason
		today  club.Date
		want   string
	}{
		{club.Minor, before, "under 18"},
		{club.Minor, after, "under 18 when this record was made, now of age: ask them"},
		{club.Junior, after, "junior category, age unknown"},
		{club.Asked, after, "as somebody chose"},
		{club.IsErased, after, "erased"},
		{club.NotHidden, after, ""},
	} {
		if got := test.reason.Words(born, test.today); got != test.want {
			t.Errorf("%q: got %q, want %q", test.reason, got, test.want)
		}
	}
}

func TestVisibilityMerges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ a, b, want club.Visibility }{
		{club.Automatic, club.Automatic, club.Automatic},
		{club.Automatic, club.Shown, club.Shown},
		{club.Automatic, club.Hidden, club.Hidden},
		{club.Shown, club.Hidden, club.Hidden},
		{club.Shown, club.Shown, club.Shown},
		{club.Hidden, club.Hidden, club.Hidden},
	} {
		if got, swapped := test.a.Merge(test.b), test.b.Merge(test.a); got != test.want || swapped != test.want {
			t.Errorf("%q and %q: got %q and %q, want %q", test.a, test.b, got, swapped, test.want)
		}
	}
}
