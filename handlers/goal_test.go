package handlers_test

import (
	"errors"
	"strings"
	"testing"

	"runnerdb/club"
	"runnerdb/handlers"
	"runnerdb/predictions"
)

func timeOf(t *testing.T, s string) club.FinishTime {
	t.Helper()
	time, err := club.ParseFinishTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return time
}

func TestReadGoal(t *testing.T) {
	t.Parallel()
	tests := []struct{ typed, expected, want string }{
		{"4:00:00", "3:58:00", "4:00:00"},
		{"4:50", "4:40:00", "4:50:00"},
		{"4:50", "0:05:10", "0:04:50"},
		{"4.50", "4:40:00", "4:50:00"},
		{"45:00", "0:47:00", "0:45:00"},
		{"45", "0:47:00", "0:45:00"},
		{"sub 4:00", "3:58:00", "4:00:00"},
		{"Sub-4", "4:10:00", "4:00:00"},
		{"sub4h", "4:10:00", "4:00:00"},
		{"under 3:30", "3:58:00", "3:30:00"},
		{"< 90", "1:45:00", "1:30:00"},
		{"100", "1:45:00", "1:40:00"},
		{"400", "3:58:00", "4:00:00"},
		{"35959", "3:58:00", "3:59:59"},
		{"3h45", "3:58:00", "3:45:00"},
		{"55 min", "0:52:00", "0:55:00"},
		{"  12:00 ", "10:40:00", "12:00:00"},
		{"3.59.59", "3:58:00", "3:59:59"},
	}
	for _, test := range tests {
		got, err := handlers.ReadGoal(test.typed, timeOf(t, test.expected))
		if err != nil || got.String() != test.want {
			t.Errorf("%q where %s is expected: got %s, %v, want %s", test.typed, test.expected, got, err, test.want)
		}
	}
	for _, typed := range []string{"", "sub", "soon", "0", "0:00:00", "-4:00", "4:75:00", "1e3", "4:00:00:00", "9999999999", strings.Repeat("4", 500), "NaN", "<>"} {
		if got, err := handlers.ReadGoal(typed, timeOf(t, "3:58:00")); !errors.Is(err, club.ErrNotATime) {
			t.Errorf("%q: got %s, %v, want ErrNotATime", typed, got, err)
		}
	}
}

// Whatever is typed is read as a time or refused.
func FuzzReadGoal(f *testing.F) {
	for _, typed := range []string{"sub 4:00", "4:50", "45", "3h47m05s", "4.50", "-", "<", "sub sub", "٤:٠٠"} {
		f.Add(typed, int64(14_280_000))
	}
	f.Fuzz(func(t *testing.T, typed string, expected int64) {
		if expected <= 0 || expected > int64(club.MaxFinishTime) {
			return
		}
		if got, err := handlers.ReadGoal(typed, club.FinishTime(expected)); err == nil && (got <= 0 || got > club.MaxFinishTime) {
			t.Errorf("%q: got %d", typed, got)
		}
	})
}

// The chances are those of a normal distribution, 3:58:00 on average with a
// standard deviation of 12 minutes (R 4.2.2: pnorm).
func TestChanceToBeatAGoal(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"4:00:00":  "57 % chance to run 4:00:00 or faster.",
		"3:58:00":  "50 % chance to run 3:58:00 or faster.",
		"sub 4:00": "57 % chance to run 4:00:00 or faster. We read “4:00” as 4:00:00.",
		"3:00:00":  "Less than 1 % chance to run 3:00:00 or faster.",
		"6:00:00":  "More than 99 % chance to run 6:00:00 or faster.",
	} {
		panel := show(t, nineMarathons(), "runner=7&goal="+strings.ReplaceAll(typed, " ", "+"))
		if got := words(panel.Find("#goal .answer")); got != want {
			t.Errorf("%s: got %q, want %q", typed, got, want)
		}
		if got := panel.Find("#goal input[name=goal]").AttrOr("value", ""); got != typed {
			t.Errorf("%s: the field holds %q", typed, got)
		}
	}
}

func TestGoalsThatCanNotBeAnswered(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"soon":     "That is no time that we can read.",
		"0":        "That is no time that we can read.",
		"0:30":     "0:30:00 is too far from 3:58:00, which is expected over 42.2 km, to say anything.",
		"30:00:00": "is too far from 3:58:00",
	} {
		panel := show(t, nineMarathons(), "runner=7&goal="+typed)
		field := panel.Find("#goal input[name=goal]")
		problem := panel.Find("#" + field.AttrOr("aria-describedby", "nothing"))
		if !strings.Contains(words(problem), want) || field.AttrOr("aria-invalid", "") != "true" || field.AttrOr("value", "") != typed {
			t.Errorf("%s: got %q at a field that holds %q, want %q", typed, words(problem), field.AttrOr("value", ""), want)
		}
		if got := panel.Find("#goal .answer"); got.Length() != 0 {
			t.Errorf("%s: there is an answer, too: %q", typed, words(got))
		}
	}
}

func TestGoalsToChoose(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		key  string
		mean float64
		want string
	}{
		{"fast marathon", "42k", 238, "3:45:00|4:00:00|4:50:00 qualifies for Comrades"},
		{"very fast marathon", "42k", 150, "2:25:00|2:30:00"},
		{"marathon near the limit", "42k", 280, "4:30:00|4:45:00|4:50:00 qualifies for Comrades"},
		{"10 km", "10k", 47.5, "0:45:00|0:50:00"},
		{"5 km, already round", "5k", 20, "0:19:00|0:20:00"},
		{"Comrades", "comrades", 650, "10:30:00|11:00:00"},
		{"short", "5k", 0.5, "0:01:00"},
	}
	for _, test := range tests {
		p := nineMarathons()
		p.Series = seriesOf(test.key, test.mean)
		p.Outlooks[0] = normal(predictions.ARIMA, test.mean, 25)
		p.Next, p.Adjusted = p.Outlooks[0].Next, nil
		links := show(t, p, "q=kh&runner=7&goal=1:00").Find(".targets a")
		if got := strings.Join(links.Map(text), "|"); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		want := "/predict?goal=" + strings.ReplaceAll(strings.Fields(test.want[:strings.IndexByte(test.want+"|", '|')])[0], ":", "%3A") + "&q=kh&runner=7"
		if first := links.First(); first.AttrOr("hx-get", "") != want || first.AttrOr("href", "") != want+"#goal" {
			t.Errorf("%s: got %q and %q, want %q", test.name, first.AttrOr("hx-get", ""), first.AttrOr("href", ""), want)
		}
	}
}

// R015, R016: a goal has an address; htmx gets the part that it asks for.
func TestAGoalIsAskedFor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for _, path := range []string{predictPath(karabo) + "&goal=", runnerPath(karabo) + "?goal="} {
			for goal, want := range map[string]int{"": 200, "sub+4:10": 200, "4:10": 200, "soon": 422, "0:00:01": 422} {
				page, part := b.get(path+goal), b.fragment(path+goal, "HX-Target: section#goal")
				for name, a := range map[string]answer{"page": page, "part": part} {
					form := a.doc(t).Find("form:has(input[name=goal])")
					typed := strings.ReplaceAll(goal, "+", " ")
					if got := form.Find("input[name=goal]").AttrOr("value", ""); a.status != want || got != typed {
						t.Errorf("%s of %s%s: got %d and a form with %q, want %d and %q", name, path, goal, a.status, got, want, typed)
					}
					if got := a.doc(t).Find(".answer").Length() == 1; got != (want == 200 && goal != "") {
						t.Errorf("%s of %s%s: an answer: %v", name, path, goal, got)
					}
				}
				if !page.whole() || part.whole() || part.doc(t).Find(".panel").Length() != 0 || !strings.Contains(page.body, part.body) {
					t.Errorf("%s%s: the part is not the one of the page:\n%s", path, goal, part.body)
				}
			}
			if a := b.get(path + "%ff"); a.status != 400 {
				t.Errorf("%s with what is no text: got %d, want 400", path, a.status)
			}
		}
		chart := b.fragment(predictPath(karabo), "HX-Target: div#chart").doc(t)
		if chart.Find("figure.chart").Length() != 1 || chart.Find(".panel").Length() != 0 {
			t.Errorf("the part with the chart: %s", chart.Text())
		}
		refused := b.fragment(runnerPath(none)+"?goal=soon", "HX-Target: section#goal")
		if refused.status != 200 || refused.doc(t).Find(".panel .notice").Length() != 1 {
			t.Errorf("a goal where nothing is predicted: got %d, %s", refused.status, refused.text(t))
		}
	})
}
