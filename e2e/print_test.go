package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"runnerdb/queries/querytest"
)

// Issue 7: on paper stands what is read, all of it, and nothing to press.
func TestOnPaperThereIsNothingToPress(t *testing.T) {
	t.Parallel()
	s := sites.site(t, querytest.SQLite)
	b := open(t, s)
	pages := s.pages(t)
	for _, name := range []string{"runner", "veteran", "race", "series", "outcomes", "records", "history", "fastest", "compare"} {
		b.visit(pages[name])
		b.size(718, 1000) // A4 with Chromium's margins
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		if found := eval[[]string](b, `all('form, button, select, nav a, .files, .on-screen').filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 90))`); len(found) != 0 {
			t.Errorf("%s: to be pressed on paper: %q", name, found)
		}
		if wide := eval[[]string](b, `all('main *').filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 90))`); len(wide) != 0 {
			t.Errorf("%s: beside the paper: %q", name, wide)
		}
	}
}
