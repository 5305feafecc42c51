package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestHomeLoadsWithItsWords(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		home := s.browser(t).get("/")
		if home.status != http.StatusOK {
			t.Fatalf("status: got %d, want 200", home.status)
		}
		doc := home.doc(t)
		if got, want := doc.Find("h1").Text(), "RCS Gugulethu AC"; got != want {
			t.Errorf("h1: got %q, want %q", got, want)
		}
		text := home.text(t)
		for _, want := range []string{
			"Home", "Predict Race Time", "Runners", "Login", "Find a runner",
			"Every race our members have run", "what each of them will run next",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if action := doc.Find("main form input[name=q]").Closest("form").AttrOr("action", ""); action != "/predict" {
			t.Errorf("the search leads to %q, want /predict", action)
		}
	})
}

func TestAnAdminSignsInIsWelcomedAndSignsOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		signedIn := b.signIn()
		if got := signedIn.header.Get("Location"); got != "/profile" {
			t.Errorf("after sign-in: got %q, want /profile", got)
		}
		profile := b.get("/profile")
		if got, want := profile.doc(t).Find("h1").Text(), "Welcome, Nomsa Admin!"; got != want {
			t.Errorf("h1: got %q, want %q", got, want)
		}
		if again := b.get("/login"); again.header.Get("Location") != "/profile" {
			t.Errorf("login once more: got %d to %q, want /profile", again.status, again.header.Get("Location"))
		}
		out := b.post("/logout", profile.fill(t, "/logout", nil))
		if out.status != http.StatusSeeOther || out.header.Get("Location") != "/" {
			t.Errorf("log out: got %d to %q, want 303 to /", out.status, out.header.Get("Location"))
		}
		if again := b.get("/profile"); again.header.Get("Location") != "/login?next=%2Fprofile" {
			t.Errorf("profile after logout: got %d to %q", again.status, again.header.Get("Location"))
		}
	})
}

func TestAVisitorIsSentToSignInAndBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		const page = "/admin/users?q=nomsa&sort=seen"
		target := b.get(page).header.Get("Location")
		form := b.get(target).fill(t, "/login", url.Values{"email": {"  Admin@Example.org "}, "password": {password}})
		if got := form.Get("next"); got != page {
			t.Errorf("next: got %q, want %s", got, page)
		}
		if got := b.post("/login", form).header.Get("Location"); got != page {
			t.Errorf("after sign-in: got %q, want %s", got, page)
		}
	})
}

var (
	clockTime = regexp.MustCompile(`\d+:[0-5]\d:[0-5]\d`)
	interval  = regexp.MustCompile(`^\d+:[0-5]\d:[0-5]\d to \d+:[0-5]\d:[0-5]\d$`)
)

func TestEachRunnerGetsATimeAnIntervalAndAnError(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for id, name := range map[int]string{karabo: "Karabo Khumalo", lethabo: "Lethabo Ndlovu", bandile: "Bandile Nkosi"} {
			for path, a := range map[string]answer{
				"panel": b.fragment(predictPath(id)),
				"page":  b.get(predictPath(id)),
				"own":   b.get(runnerPath(id)),
			} {
				panel := a.doc(t).Find("article.panel")
				if got, want := strings.Join(strings.Fields(panel.Find("h2").Text()), " "), "Prediction results for "+name; got != want {
					t.Errorf("%s of %s: got %q, want %q", path, name, got, want)
				}
				values := panel.Find("dl.forecast dd")
				if got := values.Eq(0).Text(); !clockTime.MatchString(got) {
					t.Errorf("%s of %s: the time is %q", path, name, got)
				}
				if got := values.Eq(1).Text(); !interval.MatchString(got) {
					t.Errorf("%s of %s: the interval is %q", path, name, got)
				}
				if got := strings.TrimSpace(panel.Find("dl.forecast dd").Eq(2).Text()); !clockTime.MatchString(got) || got == "0:00:00" {
					t.Errorf("%s of %s: the error is %q", path, name, got)
				}
				for _, want := range []string{"From 10 races, 15 Jan 2020 to", "ARIMA(", "AIC", "Expect it to be off by about"} {
					if !strings.Contains(panel.Text(), want) {
						t.Errorf("%s of %s does not say %q", path, name, want)
					}
				}
				if panel.Find("svg[role=img] desc").Text() == "" {
					t.Errorf("%s of %s: the chart has no words", path, name)
				}
			}
		}
	})
}

// R088 too: too short, constant and extreme series are answered with a reason
// or with finite numbers.
func TestWhereThereIsNothingToPredictItSaysWhy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		path           string
		reason, advice string
	}{
		{"no race", runnerPath(none), "There is no finished race to predict from.", "One finished race at a standard distance"},
		{"none finished", runnerPath(onlyDNF), "There is no finished race to predict from.", "One finished race at a standard distance"},
	}
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for _, test := range tests {
			a := b.get(test.path)
			notice := a.doc(t).Find("article.panel .notice").Text()
			if a.status != http.StatusOK || !strings.Contains(notice, test.reason) || !strings.Contains(notice, test.advice) {
				t.Errorf("%s: got %d, %q, want 200, %q and %q", test.name, a.status, notice, test.reason, test.advice)
			}
			if n := a.doc(t).Find("article.panel dl.forecast, article.panel svg, article.panel table.methods").Length(); n != 0 {
				t.Errorf("%s: numbers beside the reason", test.name)
			}
		}
		for _, test := range []struct{ name, path, rung string }{
			{"one", runnerPath(thandi1), "Only one race over 42.2 km so far"},
			{"two", runnerPath(two), "Only 2 races over 42.2 km so far"},
			{"a distance never run", runnerPath(karabo) + "?distance=10k", "yet: worked out from races over 42.2"},
			{"constant", runnerPath(constant), "too regular for ARIMA"},
		} {
			a := b.get(test.path)
			if panel := a.doc(t).Find("article.panel"); a.status != http.StatusOK || !strings.Contains(panel.Text(), test.rung) ||
				!interval.MatchString(panel.Find("dl.forecast dd").Eq(1).Text()) {
				t.Errorf("%s: got %d, want the rung %q and an interval:\n%s", test.name, a.status, test.rung, panel.Text())
			}
		}
		a := b.get(runnerPath(extreme))
		if text := a.text(t); a.status != http.StatusOK || strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
			t.Errorf("extreme: got %d:\n%s", a.status, text)
		}
		if strings.Contains(a.body, "NaN") || strings.Contains(a.body, "Inf") {
			t.Errorf("extreme: the chart is not finite:\n%s", a.body)
		}
	})
}

func TestTooFewRacesToSayHowFarOff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		id   int
		few  bool
	}{
		{"three races", three, true},
		{"four races", four, true},
		{"five races", five, false},
	}
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for _, test := range tests {
			a := b.get(runnerPath(test.id))
			panel := a.doc(t).Find("article.panel")
			if !clockTime.MatchString(panel.Find("dl.forecast dd").First().Text()) {
				t.Errorf("%s: there is no predicted time: %d %s", test.name, a.status, panel.Text())
			}
			if got := strings.Contains(strings.ToLower(panel.Text()), "too few races to say how far off"); got != test.few {
				t.Errorf("%s: too few to say: got %v, want %v", test.name, got, test.few)
			}
			if got := panel.Find("table.methods td.error").Length() == 0; got != test.few {
				t.Errorf("%s: no errors in the table: got %v, want %v", test.name, got, test.few)
			}
			if strings.Contains(panel.Text(), " 0:00:00") {
				t.Errorf("%s: an error of 0:00:00", test.name)
			}
		}
	})
}

func TestSixtyRacesArePredicted(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	a := s.browser(t).fragment(predictPath(sixty))
	if got := a.text(t); a.status != http.StatusOK || !strings.Contains(got, "From 60 races") {
		t.Errorf("got %d, %s", a.status, got)
	}
}

func TestSearchTellsNamesakesApart(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		for _, path := range []string{"/runners?q=thandi+mok", "/predict?q=mokoena+t"} {
			page, fragment := s.browser(t).get(path), s.browser(t).fragment(path)
			if page.status != http.StatusOK || fragment.status != http.StatusOK {
				t.Fatalf("%s: got %d and %d, want 200", path, page.status, fragment.status)
			}
			if !page.whole() || fragment.whole() {
				t.Errorf("%s: whole: got %v and %v, want true and false", path, page.whole(), fragment.whole())
			}
			for _, a := range []answer{page, fragment} {
				details := a.doc(t).Find(".hit-details").Map(text)
				want := "female · 60+ · Nyanga · 2 races · last 15 Feb 2020|female · Junior · Gugulethu · 1 race · last 15 Jan 2020"
				if got := strings.Join(details, "|"); got != want {
					t.Errorf("%s: got %q, want %q", path, got, want)
				}
			}
			if !strings.Contains(page.body, fragment.body) {
				t.Errorf("%s: the fragment is not what stands on the page:\n%s", path, fragment.body)
			}
		}
	})
}

func TestSearchIsKindWhenNobodyIsFound(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		for _, path := range []string{"/runners?q=xyzzy", "/predict?q=xyzzy"} {
			for _, a := range []answer{s.browser(t).get(path), s.browser(t).fragment(path)} {
				hint := a.doc(t).Find(".hint").Text()
				if a.status != http.StatusOK || !strings.Contains(hint, "Nobody here is called “xyzzy”") || !strings.Contains(hint, "Try fewer letters") {
					t.Errorf("%s: got %d, %q", path, a.status, hint)
				}
			}
		}
	})
}

func TestHiddenRunnersAreNotThere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for _, path := range []string{runnerPath(secret), predictPath(secret)} {
			hidden, unknown := b.get(path), b.get(strings.Replace(path, "9", "999", 1))
			if hidden.status != http.StatusNotFound || unknown.status != http.StatusNotFound {
				t.Errorf("%s: got %d, and %d for an unknown one, want 404", path, hidden.status, unknown.status)
			}
			if masked(hidden.body) != masked(unknown.body) {
				t.Errorf("%s: a hidden runner's answer differs from an unknown one's", path)
			}
		}
		for _, path := range []string{"/runners", "/runners?q=secret", "/predict?q=secret+runner"} {
			if strings.Contains(b.get(path).doc(t).Find(".hit-list").Text(), "Secret") {
				t.Errorf("%s shows a hidden runner", path)
			}
		}
	})
}

func TestBirthDatesAndLicencesAreNotShown(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		admin := s.browser(t)
		admin.signIn()
		for _, b := range []*browser{s.browser(t), admin} {
			for _, path := range []string{"/runners?q=karabo", "/predict?q=karabo", runnerPath(karabo), predictPath(karabo)} {
				a := b.get(path)
				for _, private := range []string{"1982-02-03", "3 Feb 1982", "canary-licence"} {
					if a.status != http.StatusOK || strings.Contains(a.body, private) {
						t.Errorf("%s: got %d; shows %q: %v", path, a.status, private, strings.Contains(a.body, private))
					}
				}
			}
		}
	})
}

func TestResultsStandNewestFirst(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		dates := s.browser(t).get(runnerPath(karabo)).doc(t).Find("table.results time").Map(
			attributeOf("datetime"))
		if len(dates) != 10 || dates[0] != "2020-10-20" || dates[9] != "2020-01-15" {
			t.Errorf("got %q, want ten dates from 2020-10-20 to 2020-01-15", dates)
		}
	})
}

func TestRunnersAreLeafedThrough(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		names := s.browser(t).get("/runners").doc(t).Find(".hit-name")
		if got, want := names.Length(), len(clubBatch().Runners)-1; got != want {
			t.Errorf("got %d runners, want %d", got, want)
		}
		far := s.browser(t).get("/runners?page=2")
		if hint := far.doc(t).Find(".hint").Text(); far.status != http.StatusOK || hint == "" {
			t.Errorf("page 2: got %d, %q, want words", far.status, hint)
		}
	})
}
