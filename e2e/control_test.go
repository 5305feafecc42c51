package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestArrowsLeadThroughTheHitsAndEnterChooses(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/")
		b.press("/")
		b.until("the focus in the box", `document.activeElement.id === 'q' && one('#q').value === ''`)
		b.press("ndl")
		b.until("several hits", `hits.length > 2 && location.search === '?q=ndl'`)
		names := eval[[]string](b, `hits.slice(0, 2)`)
		onHit := func(n int) string { return fmt.Sprintf(`document.activeElement === all('.hit')[%d]`, n) }
		b.press(kb.ArrowDown)
		b.until("the first hit", onHit(0))
		b.press(kb.ArrowDown)
		b.until("the second hit", onHit(1))
		b.press(kb.ArrowUp + kb.ArrowUp)
		b.until("the box again", `document.activeElement.id === 'q'`)
		b.press(kb.ArrowDown + kb.ArrowDown + kb.Enter)
		b.until("the panel of the second", fmt.Sprintf(`panel.includes(%q)`, names[1]))
	})
}

func TestWhoTypesOnAHitTypesIntoTheBox(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.search("karabo")
		b.until("hits", `hits.length > 1`)
		b.press(kb.ArrowDown + " khumalo")
		b.until("every letter in the box, and its hit", `one('#q').value.replaceAll(' ', '') === 'karabokhumalo' && hits[0] === 'Karabo Khumalo'`)
	})
}

func TestEscapeClosesTheHitsThenEmptiesTheBox(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.search("ndl")
		b.until("hits", `hits.length > 1 && visible('.hit')`)
		b.press(kb.Escape)
		b.until("no hits, and all letters", `!visible('.hit') && one('#q').value === 'ndl'`)
		b.press(kb.ArrowDown)
		b.until("the hits again", `visible('.hit') && document.activeElement === all('.hit')[0]`)
		b.press(kb.Escape)
		b.until("no hits, and the box", `!visible('.hit') && document.activeElement.id === 'q' && one('#q').value === 'ndl'`)
		b.press(kb.Escape)
		b.until("an empty box", `one('#q').value === '' && hits.length === 0 && document.activeElement.id === 'q'`)
		b.press("kara")
		b.until("hits to what is typed next", `visible('.hit')`)
	})
}

func TestSlashLeadsToTheBoxFromAnywhere(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit(s.runner(t, "Karabo Khumalo"))
		b.press("/")
		b.until("the search, with the focus", `whole && location.pathname === '/predict' && document.activeElement.id === 'q'`)
		b.press("a/b")
		b.until("a slash that is typed", `one('#q').value === 'a/b'`)
		b.visit("/login")
		b.click("[name=email]")
		b.press("/")
		b.until("a slash in another field", `location.pathname === '/login' && one('[name=email]').value === '/'`)
	})
}

func TestMatchedLettersAreMarked(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		for _, test := range []struct{ typed, first, marks string }{
			{"karabo kh", "Karabo Khumalo", "Karabo Kh"},
			{"kumalo karabo", "Karabo Khumalo", "Karabo K umalo"},
			{"siobhan obr", "Siobhán O'Brien", "Siobhán O'Br"},
			{"ndlvu lethabo", "Lethabo Ndlovu", "Lethabo Ndl vu"},
		} {
			b.do("clear the box", clearBox)
			b.press(test.typed)
			b.until(test.typed, fmt.Sprintf(`hits[0] === %q && [...all('.hit')[0].querySelectorAll('mark')].map(m => m.innerText).join(' ') === %q`, test.first, test.marks))
		}
		b.do("clear the box", clearBox)
		b.press("nomsa xab")
		b.until("the other name", `hits[0] === 'Nomsa Mthembu' && all('.hit')[0].innerText.includes('also Nomsa Xaba')`)
		b.do("clear the box", clearBox)
		b.press("khumslo karabo")
		b.until("a word that this is near", `hits[0] === 'Karabo Khumalo' && text('#hits .count').startsWith('Nobody is spelt like that')`)
	})
}

func TestWhatWasChosenLatelyIsOfferedAndForgotten(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.choose("karabo kh", "Karabo Khumalo")
		b.do("clear the box", clearBox)
		b.choose("bandile nk", "Bandile Nkosi")
		b.visit("/")
		b.until("both, the last one first", `text('#hits h2') === 'Chosen lately' && hits.length === 2 && hits[0] === 'Bandile Nkosi' && hits[1] === 'Karabo Khumalo'`)
		b.search("leth")
		b.until("the search instead", `hits[0] === 'Lethabo Ndlovu' && text('#hits h2') !== 'Chosen lately'`)
		b.press(kb.Escape + kb.Escape)
		b.until("both again", `hits.length === 2 && text('#hits h2') === 'Chosen lately'`)
		b.clickOn("Karabo Khumalo")
		b.until("the panel", `panel.includes('Karabo Khumalo')`)
		b.visit("/predict")
		b.until("the other order", `hits[0] === 'Karabo Khumalo'`)
		if other := open(t, s); eval[string](other, `document.title`) == "" {
			other.visit("/predict")
			other.settle()
			if got := eval[[]string](other, `hits`); len(got) != 0 {
				t.Errorf("another browser is offered %q", got)
			}
		}
		b.clickOn("Forget these")
		b.until("nobody", `hits.length === 0`)
		b.reload()
		b.settle()
		if got := eval[string](b, `[hits.length, localStorage.length].join(' ')`); got != "0 0" {
			t.Errorf("what was to be forgotten is there: %s", got)
		}
	})
}

func TestBackLeavesTheSearch(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/runners")
		b.visit("/predict")
		b.search("karabo kh")
		b.until("the hit", `hits[0] === 'Karabo Khumalo' && location.search.includes('kh')`)
		b.press(kb.ArrowDown + kb.Enter)
		b.until("the panel", `panel.includes('Karabo Khumalo') && location.search.includes('runner=')`)
		b.back()
		b.until("the search with all its letters", `whole && one('#q').value === 'karabo kh' && hits[0] === 'Karabo Khumalo' && panel === ''`)
		b.back()
		b.until("the page before the search", `whole && location.pathname === '/runners' && location.search === ''`)
	})
}

func TestASearchOverALostLineGoesOnByItself(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		g, through := gateTo(t, s)
		b := open(t, through)
		b.watch.expect("ERR_CONNECTION")
		b.watch.expect("ERR_EMPTY_RESPONSE")
		b.watch.expect("Failed to fetch")
		b.visit("/predict")
		g.cut()
		b.search("karabo kh")
		b.until("that the connection is lost", `visible('#lost')`)
		g.open()
		b.until("the hits, and no more complaint", `hits[0] === 'Karabo Khumalo' && !visible('#lost') && one('#q').value === 'karabo kh'`)
	})
}

func TestRacesAreFoundUnderRunnersByNameAndYear(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.search("two oceans 2024")
		b.until("the races of the year", `text('#hits h2') === 'Races' && hits.length > 0 && hits.every(hit => hit.includes('Two Oceans')) && all('.hit-details').every(d => d.innerText.includes('2024'))`)
		b.press(kb.ArrowDown + kb.Enter)
		b.until("the race", `whole && location.pathname.startsWith('/races/') && text('main h1').includes('Two Oceans') && all('.entrants tbody tr').length > 0`)
		requireContains(t, b.text("main"), "2024", "Results", "Place")
		b.click(".choices a:not([aria-current])")
		b.until("another year", `whole && !text('.choices [aria-current]').includes('2024')`)
		b.click(".entrants tbody a")
		b.until("a runner", `whole && location.pathname.startsWith('/runners/')`)
	})
}

func TestTheBoxWorksOnASmallPhone(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.size(320, 640)
		b.visit("/predict")
		b.do("tap", chromedp.Click(chromedp.CSS("#q"), chromedp.NodeVisible))
		b.press("karabo kh")
		b.until("the hit", `hits[0] === 'Karabo Khumalo'`)
		b.clickOn("Karabo Khumalo")
		b.until("the panel in sight", `panel.includes('Karabo Khumalo') && one('#prediction h2').getBoundingClientRect().top < innerHeight`)
	})
}
