package handlers_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestPredictedAndRun(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		races := b.get(runnerPath(karabo)).doc(t).Find("table.results tbody th a").Map(attributeOf("href"))
		first, tenth := b.get(races[9]+"/predictions"), b.get(races[0]+"/predictions")
		if got := first.doc(t).Find("tbody tr").Length(); first.status != http.StatusOK || got != 0 || !strings.Contains(first.text(t), "nothing to compare") {
			t.Errorf("before the first race: got %d, %d rows", first.status, got)
		}
		rows := tenth.doc(t).Find("tbody tr")
		if rows.Length() != 4 || !strings.Contains(rows.Text(), "Karabo Khumalo") || !strings.Contains(rows.First().Text(), "9 races") {
			t.Errorf("the tenth race: %s", rows.Text())
		}
		if text := tenth.text(t); !strings.Contains(text, "of 4 times came within") || !strings.Contains(text, "Nothing of this day or later") {
			t.Errorf("got %s", text)
		}
		fifth := b.get(races[5] + "/predictions").text(t)
		if strings.Contains(fifth, "Secret") || !strings.Contains(fifth, "4 races") {
			t.Errorf("the fifth race: %s", fifth)
		}
	})
}

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
