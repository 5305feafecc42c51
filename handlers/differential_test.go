package handlers_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// What the records of both databases are made of: letters that languages sort,
// fold and tell apart otherwise than bytes, and gaps.
var (
	oddNames = []string{
		"Zoë", "zola", "Ángel", "angel", "ÅSA", "åsa", "Nqobile", "o'Brien", "O’Brien", "van der Merwe", "Van Wyk", "de la Rey",
		"MÜLLER", "müller", "Mueller", "Łukasz", "José", "JOSE", "Xhosa", "xaba", "Ndlovu-Zulu", "Ndlovu", "İpek", "ipek", "Straße", "STRASSE",
	}
	oddClubs  = []string{"", "RCS Gugulethu AC", "rcs gugulethu ac ", "Élan", "élan", "elan", "ÉLAN", "Zebra", "alpha", "Alpha 2", "alpha-2", "50% Off", "a_b"}
	oddSeries = []string{"Éclair Run", "eclair run", "Zulu Dash", "a Bay Run", "A Bay Run 2", "Ölands Lopp", "op-en 10", "Open 10", "100% Trail", "The_Mile"}
)

// oddClub is the same odd club each time it is made.
func oddClub() queries.Batch {
	random := rand.New(rand.NewPCG(8, 85))
	var batch queries.Batch
	for i, first := range oddNames {
		for j := range 12 {
			runner := club.Runner{ID: int64(12*i + j + 1), Name: first + " " + oddNames[random.IntN(len(oddNames))]}
			runner.Sex = []club.Sex{"", club.Female, club.Male}[random.IntN(3)]
			if random.IntN(2) == 0 {
				runner.BirthDate = club.Date{Year: 1940 + random.IntN(75), Month: time.Month(1 + random.IntN(12)), Day: 1 + random.IntN(28)}
			}
			if random.IntN(9) == 0 {
				runner.Visibility = club.Hidden
			}
			if random.IntN(5) == 0 {
				runner.Licence, runner.Aliases = fmt.Sprintf("WPA %d", i*j), []string{oddNames[random.IntN(len(oddNames))] + " Älias"}
			}
			batch.Runners = append(batch.Runners, runner)
		}
	}
	for i, name := range oddSeries {
		batch.Series = append(batch.Series, club.Series{ID: int64(i + 1), Name: name})
		for j := range 4 { // two of them on one day
			batch.Races = append(batch.Races, club.Race{
				ID: int64(4*i + j + 1), SeriesID: int64(i + 1), HeldOn: club.Date{Year: 2024 + j/2, Month: 2, Day: 27 + random.IntN(2)},
				Length: []club.Metres{5000, 10_000, 21_098, 42_195}[(i+j)%4], ShortCourse: random.IntN(9) == 0,
			})
		}
	}
	for _, race := range batch.Races {
		for range 60 {
			result := club.Result{
				ID: int64(len(batch.Results) + 1), RunnerID: int64(1 + random.IntN(len(batch.Runners))), RaceID: race.ID, Status: club.Finished,
				Category: []string{"", "Senior", "40-49", "Junior"}[random.IntN(4)], Club: oddClubs[random.IntN(len(oddClubs))], Counts: random.IntN(7) > 0,
			}
			if status := []club.Status{club.DidNotFinish, club.DidNotStart, club.Disqualified}; random.IntN(8) == 0 {
				result.Status = status[random.IntN(3)]
			} else { // many the same
				result.Net, result.Gun = club.FinishTimeOfMinutes(float64(race.Length)/1000*4+float64(random.IntN(15))), 0
			}
			result.Position = random.IntN(4) * random.IntN(30)
			batch.Results = append(batch.Results, result)
		}
	}
	return withoutTwice(batch)
}

// fillOdd stores the odd club and its users.
func fillOdd(t *testing.T, s *site) {
	t.Helper()
	querytest.Load(t, s.db, oddClub())
	for _, user := range users(t) {
		if _, err := s.db.CreateUser(t.Context(), user, s.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
}

// withoutTwice leaves out who is in a race already.
func withoutTwice(batch queries.Batch) queries.Batch {
	type place struct{ runner, race int64 }
	seen, kept := map[place]bool{}, batch.Results[:0]
	for _, r := range batch.Results {
		if at := (place{r.RunnerID, r.RaceID}); !seen[at] {
			seen[at] = true
			kept = append(kept, r)
		}
	}
	batch.Results = kept
	return batch
}

// questions are what both databases are asked.
func questions(n int) []string {
	random := rand.New(rand.NewPCG(85, 8))
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	typed := func() string {
		text := []rune(pick(append(append(oddNames, oddSeries...), "%", "_", "wpa 12", "'", "lias", "")...))
		text = text[:random.IntN(len(text)+1)]
		return pick(strings.ToUpper(string(text)), strings.ToLower(string(text)), string(text), string(text)+" "+pick(oddNames...))
	}
	kinds := []func() (path string, q url.Values){
		func() (string, url.Values) { return "/api/v1/search", url.Values{"q": {typed()}} },
		func() (string, url.Values) {
			return "/admin/runners", url.Values{"q": {typed()}, "shown": {pick("", "hidden", "visible")}, "sort": {pick("name", "races", "last", "club", "new", "x")}}
		},
		func() (string, url.Values) {
			return "/admin/races", url.Values{"q": {typed()}, "sort": {pick("date", "oldest", "name", "distance", "x")}}
		},
		func() (string, url.Values) {
			return "/admin/results", url.Values{
				"q": {pick("", typed())}, "race": {pick("", typed())}, "club": {pick(append(oddClubs, "", "", "")...)}, "year": {pick("", "2024", "2025", "1999")},
				"status": {pick("", "", "finished", "DNF", "DNS")}, "distance": {pick("", "10k", "marathon")}, "doubtful": {pick("", "", "yes")}, "excluded": {pick("", "", "yes")},
				"sort": {pick("date", "oldest", "race", "distance", "runner", "fastest", "slowest", "club", "new")},
			}
		},
		func() (string, url.Values) { return fmt.Sprintf("/api/v1/races/%d", 1+random.IntN(41)), url.Values{} },
		func() (string, url.Values) {
			return fmt.Sprintf("/api/v1/runners/%d", 1+random.IntN(320)), url.Values{}
		},
		func() (string, url.Values) {
			return "/boards", url.Values{
				"board": {pick("fastest", "marathons", "improved", "races", "streak", "grade", "x")}, "year": {pick("", "2024", "2025")}, "sex": {pick("", "F", "M")},
				"distance": {pick("5k", "10k", "half", "marathon")}, "category": {pick("", "Senior", "40-49")},
			}
		},
		func() (string, url.Values) { return pick("/records", "/races/7", "/series/3", "/"), url.Values{} },
		func() (string, url.Values) {
			return "/records/history", url.Values{"distance": {pick("5k", "10k", "half", "marathon")}, "sex": {pick("F", "M")}}
		},
		func() (string, url.Values) {
			return pick("/admin/duplicates", "/admin/checks", "/admin/audit", "/admin/bin"), url.Values{}
		},
	}
	asked := make([]string, n)
	for i := range asked {
		path, q := kinds[i%len(kinds)]()
		if random.IntN(3) == 0 {
			q.Set("page", pick("2", "3", "9"))
		}
		asked[i] = path + "?" + q.Encode()
	}
	return asked
}

var passing = regexp.MustCompile(`name="form_token" value="[^"]*"|<code>[^<]*</code>|<time[^>]*>[^<]*</time>|"request_id":"[^"]*"`)

// R085: both databases answer the same to five hundred questions about an odd
// club, where PostgreSQL goes by the rules of a language as hosted ones do.
func TestBothDatabasesAnswerTheSame(t *testing.T) {
	t.Parallel()
	var keepers []*browser
	for _, engine := range querytest.Engines {
		s := serveSite(t, querytest.English(t, engine), emptied)
		fillOdd(t, s)
		keepers = append(keepers, s.keeper(t))
	}
	found, differ := 0, 0
	for _, question := range questions(500) {
		var answers []answer
		for _, b := range keepers {
			a := b.get(question)
			a.body = passing.ReplaceAllString(a.body, "")
			answers = append(answers, a)
		}
		if answers[0].status == http.StatusOK {
			found++
		}
		if answers[0].status != answers[1].status || answers[0].body != answers[1].body {
			differ++
			t.Errorf("%s: %d and %d: %s", question, answers[0].status, answers[1].status, difference(answers[0].body, answers[1].body))
		}
	}
	if found < 400 {
		t.Errorf("only %d questions had an answer", found)
	}
	t.Logf("%d answered, %d differ", found, differ)
}

// difference is where two texts part.
func difference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	from := max(0, at-150)
	return fmt.Sprintf("\n%q\n%q", a[from:min(len(a), at+200)], b[from:min(len(b), at+200)])
}
