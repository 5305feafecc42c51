package e2e

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var aChance = regexp.MustCompile(`^(Less than 1|More than 99|[1-9]?[0-9]) % chance to run ` + finishTime + ` or faster\.`)

// requireChance checks that the panel answers how likely a time is.
func requireChance(b *tab, time string) {
	b.t.Helper()
	b.until("the chance to beat "+time, fmt.Sprintf(`text('#goal .answer').includes('run %s or faster')`, time))
	if got := lines(b.text("#goal .answer")); !aChance.MatchString(eval[string](b, `text('#goal .answer').replace(/\s+/g, ' ')`)) {
		b.t.Errorf("the answer is\n%s", got)
	}
}

func TestTheChanceToBeatATime(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.choose("karabo kh", "Karabo Khumalo")
		before := eval[int](b, `history.length`)
		b.click("#goal-time")
		b.press("sub 4:10" + kb.Enter)
		requireChance(b, "4:10:00")
		b.until("the answer read aloud", `text('#spoken').includes('4:10:00')`)
		b.until("the focus still in the field", `document.activeElement.id === 'goal-time'`)
		requirePrediction(b, "Karabo Khumalo")
		if after := eval[int](b, `history.length`); after != before {
			t.Errorf("the history grew from %d to %d, want the address replaced", before, after)
		}
		b.reload()
		requireChance(b, "4:10:00")

		b.click(".targets a:not([aria-current])")
		b.until("the chosen goal", `one('.targets a[aria-current]') !== null`)
		requireChance(b, eval[string](b, `one('.targets a[aria-current]').firstChild.data.trim()`))
		b.click(".choices a:not([aria-current])")
		b.until("another distance, and no goal", `!location.search.includes('goal') && text('#goal .answer') === ''`)
	})
}

func TestAGoalThatCanNotBeReadIsSaidSo(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.watch.expect("status of 422")
		b.visit("/predict")
		b.choose("karabo kh", "Karabo Khumalo")
		b.click("#goal-time")
		b.press("soon" + kb.Enter)
		b.until("why not", `text('#goal .problem').includes('no time that we can read') && one('#goal-time').value === 'soon'`)
		b.until("the reason read aloud", `text('#spoken').includes('no time')`)
		b.reload()
		b.until("the same page with the reason", `whole && text('#goal .problem') !== '' && one('#goal-time').value === 'soon'`)
		requirePrediction(b, "Karabo Khumalo")
	})
}

func TestWithoutJavaScriptAGoalIsAskedFor(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.noScript()
		b.prefer("light") // and no movement: a click waits for none
		b.watch.expect("status of 422")
		for _, path := range []string{s.pages(t)["panel"], s.pages(t)["runner"]} {
			b.visit(path)
			b.click("#goal-time")
			b.press("sub 4:10" + kb.Enter)
			requireChance(b, "4:10:00")
			b.until("the page, at the answer", `whole && location.hash === '#goal'`)
			requirePrediction(b, "Karabo Khumalo")
			b.click(".targets a:not([aria-current])")
			b.until("another goal", `whole && one('.targets a[aria-current]') !== null`)
			b.click("#goal-time")
			b.press(" or so" + kb.Enter)
			b.until("the page with the reason", `whole && text('#goal .problem') !== ''`)
		}
	})
}

func TestKeysAloneLeadToAChance(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit(s.pages(t)["panel"])
		b.do("focus the heading", focusHeading)
		b.tabTo("the field for a goal", `element.id === 'goal-time'`)
		b.press("4:10")
		b.tabTo("the button", `element.id === 'goal-ask'`)
		b.press(kb.Enter)
		requireChance(b, "4:10:00")
		b.until("the focus still on the button", `document.activeElement.id === 'goal-ask'`)
		b.tabTo("a goal to choose", `element.matches('.targets a')`)
		b.press(kb.Enter)
		b.until("its answer, with the focus on it", `document.activeElement.matches('.targets a[aria-current]')`)
	})
}

func TestADistanceNeverRunIsChosen(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		for _, script := range []bool{true, false} {
			b := open(t, s)
			if !script {
				b.noScript()
			}
			b.visit(s.pages(t)["panel"])
			b.click(".others summary")
			b.do("choose 100 km", selectDistance("100k"))
			b.click("#other")
			b.until("the panel for 100 km", `location.search.includes('distance=100k') && text('#prediction').includes('100 km') && one('.others').open && one('#distance').value === '100k'`)
		}
	})
}

var focusHeading = chromedp.Focus(chromedp.CSS("#prediction h2"))

// selectDistance chooses among the distances not run yet, as keys would.
func selectDistance(key string) chromedp.Action[chromedp.Void] {
	return chromedp.SetValue(chromedp.CSS("#distance"), key)
}
