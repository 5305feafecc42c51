package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// clearBox selects all that the box holds, for the next key to replace.
var clearBox = chromedp.Steps(
	chromedp.Focus(chromedp.CSS("#q")),
	chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)),
	chromedp.KeyEvent(kb.Delete),
)

const finishTime = `\d+:[0-5]\d:[0-5]\d`

var (
	aTime     = regexp.MustCompile(`^` + finishTime + `$`)
	aInterval = regexp.MustCompile(`^` + finishTime + ` to ` + finishTime + `$`)
)

// requirePrediction checks that a panel predicts: a time, an interval, and how
// far off such predictions have been.
func requirePrediction(b *tab, name string) {
	b.t.Helper()
	figures := eval[map[string]string](b,
		`Object.fromEntries(all('.forecast > div').map(d => [d.querySelector('dt').innerText, d.querySelector('dd').innerText.trim()]))`)
	if got := b.text("#prediction h2"); got != "Prediction results for "+name {
		b.t.Errorf("the panel is headed %q, want the results for %s", got, name)
	}
	checks := map[string]*regexp.Regexp{"Next ": aTime, "95 % interval": aInterval, "Mean absolute error": aTime}
	for label, pattern := range checks {
		found := false
		for key, value := range figures {
			found = found || (strings.HasPrefix(key, label) && pattern.MatchString(value))
		}
		if !found {
			b.t.Errorf("%s: no %q in %v", name, label, figures)
		}
	}
	requireContains(b.t, b.text("#prediction"), "Expect it to be off by about", "ARIMA(", "AIC")
}

func TestEachDemoRunnerHasATimeAnIntervalAndAnError(t *testing.T) {
	for _, runner := range []struct{ words, name string }{
		{"lethabo nd", "Lethabo Ndlovu"},
		{"bandile nk", "Bandile Nkosi"},
		{"karabo kh", "Karabo Khumalo"},
	} {
		t.Run(runner.name, func(t *testing.T) {
			aSite(t, func(t *testing.T, s *site) {
				b := open(t, s)
				b.visit("/predict")
				b.choose(runner.words, runner.name)
				requirePrediction(b, runner.name)
			})
		})
	}
}

func TestChoosingGoesIntoTheHistory(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.search("karabo kh")
		// Fewer letters find her, too.
		b.until("Karabo Khumalo", `hits[0] === 'Karabo Khumalo' && new URLSearchParams(location.search).get('q') === 'karabo kh'`)
		before := eval[int](b, `history.length`)
		b.clickOn("Karabo Khumalo")
		b.until("her panel", `panel.includes('Karabo Khumalo') && location.search.includes('runner=')`)
		if after := eval[int](b, `history.length`); after != before+1 {
			t.Errorf("choosing made the history grow from %d to %d, want one more", before, after)
		}
		chosen, shown := b.path(), b.text("#prediction")

		b.back()
		b.until("the search as it was", `whole && one('#q').value === 'karabo kh' && hits[0] === 'Karabo Khumalo' && panel === ''`)
		b.forward()
		b.until("her panel again", `whole && panel.includes('Karabo Khumalo')`)
		requirePrediction(b, "Karabo Khumalo")
		b.reload()
		b.until("her panel after a reload", `whole && panel.includes('Karabo Khumalo')`)
		if got := b.path(); got != chosen {
			t.Errorf("the address became %s, want %s", got, chosen)
		}
		if got := b.text("#prediction"); got != shown {
			t.Errorf("the same address shows\n%s\nand showed\n%s", got, shown)
		}
	})
}

func TestAnotherDistanceIsAChoiceAway(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.choose("karabo kh", "Karabo Khumalo")
		other := eval[string](b, `text('.choices a:not([aria-current])')`)
		before := eval[int](b, `history.length`)
		b.click(".choices a:not([aria-current])")
		b.until("the distance "+other, `text('.choices a[aria-current]') === '`+other+`'`)
		distance, _, _ := strings.Cut(other, " (")
		requireContains(t, b.text("#prediction"), distance)
		if after := eval[int](b, `history.length`); after != before+1 {
			t.Errorf("the choice made the history grow from %d to %d, want one more", before, after)
		}
		b.reload()
		b.until("the same distance after a reload", `whole && text('.choices a[aria-current]') === '`+other+`'`)
	})
}

func TestARunnersPageShowsResultsAndThePanel(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/runners")
		b.search("karabo kh")
		b.until("Karabo Khumalo", `hits[0] === 'Karabo Khumalo'`)
		b.clickOn("Karabo Khumalo")
		b.until("her page", `whole && text('main h1') === 'Karabo Khumalo'`)
		requirePrediction(b, "Karabo Khumalo")
		dates := eval[[]string](b, `all('.results tbody time').map(t => t.dateTime)`)
		if len(dates) < 10 {
			t.Errorf("%d results, want her ten marathons at least", len(dates))
		}
		for i := 1; i < len(dates); i++ {
			if dates[i] > dates[i-1] {
				t.Errorf("%s stands below %s, want the newest first", dates[i], dates[i-1])
			}
		}
		b.click(".choices a:not([aria-current])")
		b.until("another distance on the same page", `location.search.includes('distance=') && text('main h1') === 'Karabo Khumalo'`)
	})
}

func TestARunnerWithFewRacesFallsDownTheLadder(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit(s.runner(t, `· [12] races? · `))
		panel := b.text("#prediction")
		rung := regexp.MustCompile(`Only (one race|2 races) over .* so far: this is from what the club’s runners have in common`).MatchString(panel)
		nothing := strings.Contains(panel, "no finished race")
		if rung == nothing {
			t.Errorf("the panel says neither which rung it is nor why there is none:\n%s", panel)
		}
		if found := regexp.MustCompile(finishTime).MatchString(panel); found != rung {
			t.Errorf("the panel shows a time: %v, want %v:\n%s", found, rung, panel)
		}
	})
}

func TestOnAPhoneTheChosenPanelComesIntoView(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.size(360, 640)
		b.visit("/")
		b.search("nd")
		b.until("a list longer than the window", `one('#prediction').getBoundingClientRect().top > innerHeight`)
		b.click(".hit")
		b.until("the heading of the panel in the window", `panel !== '' && (box => box.top >= 0 && box.bottom <= innerHeight)(one('#prediction h2').getBoundingClientRect())`)
	})
}
