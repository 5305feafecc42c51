package handlers_test

import (
	"image/png"
	"net/http"
	"strings"
	"testing"

	"runnerdb/cards"
)

func TestTheRunnersPageTellsTheWholeCareer(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		doc := s.browser(t).get(runnerPath(karabo)).doc(t)
		rows := doc.Find("table.results tbody tr")
		if rows.Length() != 10 {
			t.Errorf("got %d results, want 10", rows.Length())
		}
		bests := doc.Find("[aria-labelledby=bests] tbody tr").Map(text)
		// Karabo was 38 on 31 December 2020.
		if len(bests) != 1 || !strings.HasPrefix(bests[0], "42.2 km4:00:365:42 /km55.3 %10Peninsula Marathon, 15 Jan 2020") {
			t.Errorf("got %q", bests)
		}
		marked := s.browser(t).get(runnerPath(four)).doc(t).Find("table.results tbody tr").Has("abbr.best").Find("time").Map(attributeOf("datetime"))
		if len(marked) != 1 || marked[0] != "2020-04-17" {
			t.Errorf("personal bests were run on %q, want 2020-04-17 alone", marked)
		}
		if got := doc.Find("[aria-labelledby=milestones]").Text(); !strings.Contains(got, "10th Peninsula Marathon") || !strings.Contains(got, "First marathon") {
			t.Errorf("the milestones are %q", got)
		}
		if got := doc.Find("figure.chart .chart-data tbody tr").Length(); got != 11 {
			t.Errorf("the chart has %d figures, want 11", got)
		}
	})
}

func TestResultsAreChosenAndOrderedByTheAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	for _, test := range []struct {
		query       string
		count, date string
	}{
		{"", "10 results", "2020-10-20"},
		{"?sort=oldest", "10 results", "2020-01-15"},
		{"?sort=pace", "10 results", "2020-01-15"},
		{"?sort=grade&year=2020", "10 results", "2020-01-15"},
		{"?sort=place", "10 results", "2020-01-15"},
		{"?sort=nonsense&page=1", "10 results", "2020-10-20"},
		{"?over=10k", "0 results", ""},
		{"?year=1999", "0 results", ""},
		{"?page=9", "10 results", ""},
	} {
		for name, a := range map[string]answer{
			"page": b.get(runnerPath(karabo) + test.query),
			"list": b.fragment(runnerPath(karabo)+test.query, "HX-Target: div#history"),
		} {
			doc := a.doc(t)
			first := doc.Find("table.results tbody time").First().AttrOr("datetime", "")
			if test.query == "?sort=pace" || test.query == "?sort=grade&year=2020" {
				first = doc.Find("table.results tbody time").Last().AttrOr("datetime", "")
				test.date = slowest(t, b)
			}
			if got := doc.Find("#history .count").Text(); a.status != http.StatusOK || got != test.count || first != test.date {
				t.Errorf("%s, %q: got %d, %q, first %q, want %q, %q", name, test.query, a.status, got, first, test.count, test.date)
			}
			if (name == "page") != a.whole() {
				t.Errorf("%s, %q: whole: %v", name, test.query, a.whole())
			}
		}
	}
	if a := b.get(runnerPath(karabo) + "?over=%ff"); a.status != http.StatusBadRequest {
		t.Errorf("no text: got %d, want 400", a.status)
	}
}

// slowest is the date of the slowest result on Karabo's page.
func slowest(t *testing.T, b *browser) string {
	t.Helper()
	var time, date string
	rows := b.get(runnerPath(karabo)).doc(t).Find("table.results tbody tr")
	for i := range rows.Nodes {
		row := rows.Eq(i)
		if cell := strings.Fields(row.Find("td").Eq(2).Text())[0]; cell > time {
			time, date = cell, row.Find("time").AttrOr("datetime", "")
		}
	}
	return date
}

func TestRunnersAreShared(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t, overTLS...)
		doc := b.get(runnerPath(karabo)).doc(t)
		if got := doc.Find(`meta[property="og:image"]`).AttrOr("content", ""); got != "https://runners.example.org/runners/1/card.png" {
			t.Errorf("the picture is at %q", got)
		}
		if got := doc.Find(`meta[property="og:title"]`).AttrOr("content", ""); got != "Karabo Khumalo" {
			t.Errorf("the title is %q", got)
		}
		card := b.get(runnerPath(karabo) + "/card.png")
		if picture, err := png.Decode(strings.NewReader(card.body)); err != nil || picture.Bounds().Dx() != cards.Width {
			t.Errorf("got %d, %v", card.status, err)
		}
		past := b.get(runnerPath(karabo) + "/races.ics")
		if got := strings.Count(past.body, "BEGIN:VEVENT"); got != 10 || !strings.HasPrefix(past.header.Get("Content-Type"), "text/calendar") {
			t.Errorf("got %d events of %q", got, past.header.Get("Content-Type"))
		}
		// R038.
		for id, want := range map[int]string{karabo: "karabo-khumalo-races", jagged: "100-obrien-tee-races"} {
			if got := b.get(runnerPath(id) + "/races.ics").header.Get("Content-Disposition"); got != `attachment; filename="`+want+`.ics"` {
				t.Errorf("the file's name: got %s, want %s.ics", got, want)
			}
		}
		if got := b.get(runnerPath(onlyDNF) + "/races.ics").body; !strings.Contains(got, "did not finish") {
			t.Errorf("got %s", got)
		}
		for _, id := range []int{secret, unknownID} {
			for _, file := range []string{"/card.png", "/races.ics"} {
				if a := b.get(runnerPath(id) + file); a.status != http.StatusNotFound || strings.Contains(a.body, "Secret") {
					t.Errorf("%d%s: got %d, want 404", id, file, a.status)
				}
			}
		}
	}, inProduction)
}
