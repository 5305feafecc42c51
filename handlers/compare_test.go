package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestCompareRunners(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		path := fmt.Sprintf("/compare?runners=%d,%d", karabo, lethabo)
		doc := b.get(path).doc(t)
		// Both ran the same ten races, Lethabo always faster.
		if got := text(0, doc.Find("[aria-labelledby=duels] li")); got != "Karabo Khumalo and Lethabo Ndlovu 0 : 10" {
			t.Errorf("head to head: %q", got)
		}
		if got := doc.Find("[aria-labelledby=shared] tbody tr").Length(); got != 10 {
			t.Errorf("%d shared races, want 10", got)
		}
		if got := doc.Find("figure.lines svg g.line > polyline").Length(); got != 4 { // and in the legend
			t.Errorf("%d lines, want 2 and their legend", got)
		}
		if got := doc.Find(".chart-data tbody tr").Length(); got != 20 {
			t.Errorf("%d figures, want 20", got)
		}
		graded := b.get(path + "&graded=1").doc(t)
		if got := graded.Find(".chart-data tbody tr").Map(text); len(got) != 10 || !strings.HasSuffix(got[0], "%") {
			t.Errorf("age grades: %q", got) // Lethabo's birth date is not known
		}
		four := b.get(fmt.Sprintf("/compare?runners=%d,%d,%d,%d", karabo, lethabo, bandile, sixty)).doc(t)
		if four.Find("[aria-labelledby=duels] li").Length() != 6 || four.Find("#other").Length() != 0 {
			t.Errorf("four runners: %s", four.Find("main").Text())
		}
		add := b.get(fmt.Sprintf("/compare?runners=%d&q=kh", lethabo)).doc(t)
		if got := add.Find("a.hit").AttrOr("href", ""); got != fmt.Sprintf("/compare?runners=%d%%2C%d", lethabo, karabo) {
			t.Errorf("a hit leads to %q", got)
		}
		for _, ids := range []string{"1,1", "1,2,3,4,5", "x", "1,", fmt.Sprintf("1,%d", secret), "1,999"} {
			if a := b.get("/compare?runners=" + ids); a.status != http.StatusNotFound || strings.Contains(a.body, "Secret") {
				t.Errorf("%s: got %d, want 404", ids, a.status)
			}
		}
		if a := b.get("/compare"); a.status != http.StatusOK {
			t.Errorf("nobody: got %d", a.status)
		}
	})
}
