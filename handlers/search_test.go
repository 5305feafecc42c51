package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"runnerdb/queries/querytest"

	"github.com/PuerkitoBio/goquery"

	"runnerdb/club"
	"runnerdb/queries"
)

func TestSearchShowsWhyARunnerIsFound(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		id, err := s.db.CreateRunner(t.Context(), club.Runner{Name: "Nomsa Mthembu", Aliases: []string{"Nomsa Xaba", "Nommie"}, Licence: "WPA 77701"}, queries.Actor{})
		if err != nil {
			t.Fatal(err)
		}
		b := s.browser(t)
		for _, test := range []struct{ query, name, also, details, count string }{
			{"nomsa mth", "<mark>Nomsa</mark> <mark>Mth</mark>embu", "", "0 races", "1 runner found"},
			{"xaba", "Nomsa Mthembu", "also Nomsa <mark>Xaba</mark>", "0 races", "1 runner found"},
			{"mtembu", "Nomsa <mark>Mt</mark>h<mark>embu</mark>", "", "0 races", "1 runner found"},
			{"mthxmbu", "Nomsa <mark>Mth</mark>e<mark>mbu</mark>", "", "0 races", "Nobody is spelt like that; 1 runner nearly so"},
			{"wpa77701", "Nomsa Mthembu", "", "by licence number · 0 races", "1 runner found"},
		} {
			page := b.fragment("/runners?q=" + url.QueryEscape(test.query)).doc(t)
			name, _ := page.Find(".hit-name").Html()
			also, _ := page.Find(".hit-also").Html()
			details := strings.Join(strings.Fields(page.Find(".hit-details").Text()), " ")
			if strings.TrimSpace(name) != test.name || strings.TrimSpace(also) != test.also || details != test.details {
				t.Errorf("%q: got %q %q %q, want %q %q %q", test.query, name, also, details, test.name, test.also, test.details)
			}
			if got := page.Find(".count").Text(); got != test.count {
				t.Errorf("%q: got %q, want %q", test.query, got, test.count)
			}
			if href, _ := page.Find(".hit").Attr("href"); href != runnerPath(int(id)) {
				t.Errorf("%q leads to %s", test.query, href)
			}
			if text, _ := page.Html(); strings.Contains(text, "77701") {
				t.Errorf("%q: the number of a licence is shown", test.query)
			}
		}
	})
}

// R035: the marks lie between the letters of a hostile name, too.
func TestMarksInAHostileNameAreText(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for _, query := range []string{"img", "onerror", "logout", "hxget", "src", "7*7"} {
			for _, path := range []string{"/runners?q=", "/predict?q="} {
				page := b.fragment(path + url.QueryEscape(query)).doc(t)
				if n := page.Find("img, .hit-name a, .hit-name [onerror], [hx-on\\:click]").Length(); n != 0 {
					t.Errorf("%q made %d elements of a name", query, n)
				}
				page.Find(".hit-name").Each(func(_ int, hit *goquery.Selection) {
					if hit.Text() != markup && strings.Contains(hit.Text(), "alert") {
						t.Errorf("%q: the name became %q", query, hit.Text())
					}
				})
			}
		}
	})
}

func TestChosenLately(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for recent, want := range map[string][]string{
			fmt.Sprintf("%d.%d", bandile, karabo):                             {"Bandile Nkosi", "Karabo Khumalo"},
			fmt.Sprintf("%d.%d.%d.x.-1.1e3.%d.", secret, two, unknownID, two): {"Two Races"},
			strings.Repeat("1.", 3000):                                        {"Karabo Khumalo"},
			fmt.Sprintf("%d", secret):                                         nil,
			"":                                                                nil,
			"' OR 1=1":                                                        nil,
			"1.2.3.4.5.6.7.8.10.11":                                           {"Karabo Khumalo", "Lethabo Ndlovu", "Bandile Nkosi", "Sixty Races", "Two Races", "None Yet", "Thandi Mokoena", "Thandi Mokoena"},
		} {
			a := b.fragment("/predict?recent=" + url.QueryEscape(recent))
			if got := names(t, a); a.status != http.StatusOK || !slices.Equal(got, want) {
				t.Errorf("%.40q: got %d %q, want %q", recent, a.status, got, want)
			}
			if offers := a.doc(t).Find("[data-forget]").Length() == 1; offers != (len(want) > 0) {
				t.Errorf("%.40q: offers to forget: %v", recent, offers)
			}
		}
		if got := names(t, b.fragment("/predict?q=karabo&recent=2")); !slices.Equal(got, []string{"Karabo Khumalo"}) {
			t.Errorf("with a search: got %q", got)
		}
	})
}

func TestRacePage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		page := b.get("/races/1")
		if page.status != http.StatusOK || !page.whole() {
			t.Fatalf("got %d", page.status)
		}
		text := page.doc(t).Find("main").Text()
		for _, want := range []string{"Peninsula Marathon", "15 Jan 2020", "42.2", "Karabo Khumalo", "DNF"} {
			if !strings.Contains(text, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if strings.Contains(text, "Secret Runner") {
			t.Error("a hidden runner is among the results")
		}
		for _, path := range []string{"/races/999", "/races/0", "/races/x", "/races/1.css", "/races/", "/races/01"} {
			if a := b.get(path); a.status != http.StatusNotFound {
				t.Errorf("%s: got %d, want 404", path, a.status)
			}
		}
		if a := b.get("/races/1?page=2"); a.status != http.StatusOK || !strings.Contains(a.body, "Back") {
			t.Errorf("beyond the last page: got %d", a.status)
		}
		hostileRace := b.fragment("/predict?q=alert").doc(t).Find(`a[href^="/races/"]`).First().AttrOr("href", "")
		if a := b.get(hostileRace); a.status != http.StatusOK || a.doc(t).Find("main img, main [onerror]").Length() != 0 {
			t.Errorf("%s: got %d, or elements made of its name", hostileRace, a.status)
		}
	})
}

// R024, R034, R041, R080 in so far as every day shows them: many visitors ask
// for many different things at once, and each gets an answer.
func TestManySearchesAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		const visitors, each = 20, 100
		var group sync.WaitGroup
		for visitor := range visitors {
			group.Go(func() {
				b := s.browser(t)
				for i := range each {
					text := injections[(visitor*each+i)%len(injections)] + fmt.Sprintf(" %d %c%c", i, 'a'+visitor, 'a'+i%26)
					if a := b.fragment("/runners?q=" + url.QueryEscape(text)); a.status != http.StatusOK && isQuery(text) {
						t.Errorf("%q: got %d, want 200", text, a.status)
					}
				}
			})
		}
		group.Wait()
	})
}

func isQuery(text string) bool {
	return !strings.ContainsRune(text, 0) && strings.ToValidUTF8(text, "") == text
}

// A search is answered from what is in the database now, whatever is kept in
// memory: a runner whom another process hides is gone at once.
func TestAHiddenRunnerIsGoneFromTheNextSearch(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		if got := names(t, b.fragment("/runners?q=karabo")); !slices.Contains(got, "Karabo Khumalo") {
			t.Fatalf("got %q", got)
		}
		other := querytest.Open(t, s.location)
		runner, err := other.AnyRunner(t.Context(), karabo)
		if err != nil {
			t.Fatal(err)
		}
		runner.Visibility = club.Hidden
		if err := other.UpdateRunner(t.Context(), runner, queries.AtCommandLine(time.Now())); err != nil {
			t.Fatal(err)
		}
		if got := names(t, b.fragment("/runners?q=karabo")); slices.Contains(got, "Karabo Khumalo") {
			t.Errorf("got %q, want nobody hidden", got)
		}
	})
}
