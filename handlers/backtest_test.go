package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"runnerdb/predictions"
	"runnerdb/queries"
)

const backtestPath = "/admin/backtest"

// measured is a report in which the club model is the best over ten miles, and
// in which there is little to say over 5 km.
func measured() *predictions.Report {
	limits := &predictions.Limits{Races: 3207, Cover80: 81, Cover95: 94.3, Width95: 25, Score95: 38.9}
	rows := []predictions.MethodScore{
		{Method: predictions.ARIMA, Interval: "normal", Earlier: "3+", Races: 3207, MAE: 5.52, MAPE: 6.04, Median: 3.8, Limits: limits},
		{Method: predictions.ClubModel, Interval: "calibrated", Earlier: "3+", Races: 3207, MAE: 4.65, MAPE: 5.06, Median: 3.08, Limits: limits},
		{Method: predictions.LastTime, Earlier: "3+", Races: 3207, MAE: 5.21, MAPE: 5.71, Median: 3.28},
		{Method: predictions.LastTime, Earlier: "1-2", Races: 10170, MAE: 6, MAPE: 6.56, Median: 4},
	}
	reliability := predictions.Reliability{Method: predictions.ClubModel, Interval: "calibrated"}
	reliability.Deciles[0] = predictions.Decile{Goals: 12243, Stated: 5.6, Reached: 4.1}
	return &predictions.Report{
		Records: []predictions.Record{{Distance: "10mi", Earlier: "3+", Races: 3207, Methods: []predictions.MethodError{
			{Method: predictions.ARIMA, MAE: 5.52, MAPE: 6.04}, {Method: predictions.ClubModel, MAE: 4.65, MAPE: 5.06},
		}}},
		Distances: []predictions.DistanceReport{
			{Key: "5k", Name: "5 km", Results: 12, Runners: 6, Races: 2},
			{
				Key: "10mi", Name: "10 miles", Results: 41193, Runners: 14434, Races: 10, Scored: 7191, Predicted: 13377, Rows: rows,
				Clocks:      predictions.Clocks{Net: 28880, Gun: 12313},
				Differences: []predictions.Difference{{Method: predictions.ARIMA, Earlier: "3+", Races: 3207, MAPE: -0.99, Low: -1.12, High: -0.86}},
				Reliability: []predictions.Reliability{reliability},
			},
		},
	}
}

func keep(t *testing.T, s *site, revision queries.Revision) {
	t.Helper()
	kept := queries.Backtest{Results: revision, RunAt: time.Date(2026, time.November, 23, 18, 5, 0, 0, time.UTC)}
	if err := predictions.Keep(t.Context(), s.db, measured(), kept); err != nil {
		t.Fatal(err)
	}
}

func TestTheBacktestIsShown(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		if got := b.get("/profile").doc(t).Find(`main a[href="/admin/backtest"]`).AttrOr("href", ""); got != backtestPath {
			t.Errorf("the profile leads to %q", got)
		}
		if empty := b.get(backtestPath).text(t); !strings.Contains(empty, "Nobody has measured yet. Whoever runs the server types: runnerdb backtest") {
			t.Errorf("got %s", empty)
		}
		revision, err := s.db.ResultsRevision(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		keep(t, s, revision)
		a := b.get(backtestPath)
		if a.status != http.StatusOK || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("got %d, Cache-Control %q", a.status, a.header.Get("Cache-Control"))
		}
		words := a.text(t)
		for _, want := range []string{
			"Measured on 23 Nov 2026, 20:05:",
			"Closest over 10 miles is the club model: off by 5.1\u00a0% on average (5 min), over 3\u00a0207 races",
			"Automatic ARIMA was off by 6.0", "41\u00a0193 results of 14\u00a0434 runners in 10 races, 28\u00a0880 by net and 12\u00a0313 by gun time. Predicted were 13\u00a0377 races of 7\u00a0191 runners",
		} {
			if !strings.Contains(strings.ReplaceAll(words, "\u00a0", " "), strings.ReplaceAll(want, "\u00a0", " ")) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if other := b.get(backtestPath + "?distance=5k").text(t); !strings.Contains(other, "Too few races of runners with three or more") {
			t.Errorf("5 km: got %s", other)
		}
		for _, unknown := range []string{"42k", "x%22%3E"} {
			if other := b.get(backtestPath + "?distance=" + unknown); other.status != http.StatusNotFound {
				t.Errorf("%s: got %d", unknown, other.status)
			}
		}
		if strings.Contains(words, "have changed since") {
			t.Error("the results have not changed since")
		}
		links := a.doc(t).Find("table.closest tbody").Find("th, td").Map(text)
		if got, want := strings.Join(links, "|"), "5 km|too few races to say|10 miles|Club model|5.1 %|3 207"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		best := a.doc(t).Find("table.scores").First().Find("tr.primary").Find("th, td").Map(text)
		if got, want := strings.Join(best, "|"), "Club model|5.1 %|0:04:39|0:03:05|81.0 %|94.3 %|0:25:00|0:38:54"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		keep(t, s, queries.Revision{Number: revision.Number - 1, Token: revision.Token})
		if stale := b.get(backtestPath).text(t); !strings.Contains(stale, "Results have changed since") {
			t.Errorf("got %s", stale)
		}
		if fragment := b.fragment(backtestPath); fragment.whole() || !strings.Contains(fragment.body, "Closest over") {
			t.Errorf("got %s", fragment.body)
		}
	})
}

// R018, R022, R061: without a session there is nothing to see, however the
// address is spelled, and with one nothing under a name like a file's.
func TestTheBacktestIsGuarded(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	keep(t, s, queries.Revision{})
	const private = "Closest over 10 miles"
	stranger, admin, viewer := s.browser(t), s.browser(t), s.browser(t)
	admin.signIn()
	if a := viewer.trySignIn(markupEmail, password); a.status != http.StatusSeeOther {
		t.Fatalf("got %d", a.status)
	}
	for name, b := range map[string]*browser{"admin": admin, "viewer": viewer} {
		if !strings.Contains(b.get(backtestPath).body, private) {
			t.Errorf("the %s does not see it", name)
		}
	}
	login := "/login?next=" + url.QueryEscape(backtestPath)
	if a := stranger.get(backtestPath); a.status != http.StatusSeeOther || a.header.Get("Location") != login || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %d to %q", a.status, a.header.Get("Location"))
	}
	if a := stranger.fragment(backtestPath); a.status != http.StatusUnauthorized || a.header.Get("HX-Redirect") != login || a.body != "" && strings.Contains(a.body, private) {
		t.Errorf("got %d to %q", a.status, a.header.Get("HX-Redirect"))
	}
	form := stranger.get(login).fill(t, "/login", url.Values{"email": {adminEmail}, "password": {password}})
	if a := s.browser(t).get(login); a.status != http.StatusOK || form.Get("next") != backtestPath {
		t.Errorf("got %d, next %q", a.status, form.Get("next"))
	}
	for _, path := range append(spellings(backtestPath), "/admin", "/admin/", "/admin/backtest.css", "/admin/x/..;/backtest", "/admin//backtest") {
		for _, headers := range [][]string{nil, {"HX-Request: true"}, {"HX-Boosted: true", "HX-Request: true"}} {
			if a := stranger.get(path, headers...); strings.Contains(a.body, private) {
				t.Errorf("%s %q: got %d and the page", path, headers, a.status)
			}
		}
		if a := admin.get(path); strings.Contains(a.body, private) && strings.Trim(path, "/") != strings.Trim(backtestPath, "/") {
			t.Errorf("%s shows the page: a cache may take it for a file", path)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		if a := admin.send(method, backtestPath, ""); a.status == http.StatusOK {
			t.Errorf("%s: got 200", method)
		}
	}
	if a := admin.send(http.MethodHead, backtestPath, ""); a.status != http.StatusOK || a.body != "" {
		t.Errorf("HEAD: got %d, %q", a.status, a.body)
	}
}

func TestEverybodyReadsHowGoodThePredictionsAre(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		if a := b.get("/accuracy"); a.status != http.StatusOK || strings.Contains(a.body, "runnerdb backtest") {
			t.Errorf("before anybody measured: got %d: %s", a.status, a.text(t))
		}
		keep(t, s, queries.Revision{Number: 1})
		a := b.get("/accuracy?distance=10mi")
		doc := a.doc(t)
		if doc.Find("figure.reliability circle").Length() != 1 || doc.Find("figure.reliability desc").Text() == "" {
			t.Errorf("there is no picture: %s", doc.Find("main").Text())
		}
		if got := doc.Find(".closest a").Last().AttrOr("href", ""); got != "/accuracy?distance=10mi" || strings.Contains(a.body, "runnerdb backtest") {
			t.Errorf("a distance is at %q", got)
		}
	})
}
