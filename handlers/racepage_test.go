package handlers_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestARacesPageChoosesAndSums(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		race := b.get(runnerPath(karabo)).doc(t).Find("table.results tbody th a").Last().AttrOr("href", "")
		doc := b.get(race).doc(t)
		all := doc.Find("#entrants tbody tr").Length()
		if doc.Find("figure.bars svg desc").Text() == "" || !strings.Contains(doc.Find("main").Text(), "median") {
			t.Errorf("there is no picture of the field: %s", doc.Find("main").Text())
		}
		// Everybody in the first race has place 1.
		if got := doc.Find("#entrants tbody td").First().Text(); got != "1=" {
			t.Errorf("a shared place is %q", got)
		}
		for query, want := range map[string]bool{"?sex=F": true, "?club=Langa": true, "?category=Junior&sex=F": true, "?club=nobody": false} {
			for _, a := range []answer{b.get(race + query), b.fragment(race + query)} {
				rows := a.doc(t).Find("#entrants tbody tr")
				if n := rows.Length(); a.status != http.StatusOK || n >= all || (n > 0) != want || strings.Contains(rows.Text(), "withheld") {
					t.Errorf("%s: got %d, %d of %d", query, a.status, n, all)
				}
			}
		}
		series := doc.Find(".head-links a").AttrOr("href", "")
		years := b.get(series).doc(t)
		if got := text(0, years.Find("[aria-labelledby=women] tbody tr").First()); !strings.HasPrefix(got, "1Thandi Mokoena3:20:00") {
			t.Errorf("the fastest woman is %q", got)
		}
		if years.Find("[aria-labelledby=years] li").Length() < 10 || strings.Contains(years.Text(), "Secret") {
			t.Errorf("got %s", years.Find("main").Text())
		}
		for _, path := range []string{"/series/999", "/series/x"} {
			if a := b.get(path); a.status != http.StatusNotFound {
				t.Errorf("%s: got %d, want 404", path, a.status)
			}
		}
	})
}
