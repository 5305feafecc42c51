package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestKaraboIsShownBeforeTheWordIsFinished(t *testing.T) {
	for _, path := range []string{"/", "/predict", "/runners"} {
		t.Run(path, func(t *testing.T) {
			aSite(t, func(t *testing.T, s *site) {
				b := open(t, s)
				b.visit(path)
				before := eval[int](b, `history.length`)
				b.click("#q")
				typed := ""
				for _, letter := range "karabo kh" {
					typed += string(letter)
					b.press(string(letter))
					if got := eval[string](b, `one('#q').value`); got != typed {
						t.Fatalf("typed %q, and the box holds %q", typed, got)
					}
				}
				b.until("Karabo Khumalo first", `hits[0] === 'Karabo Khumalo'`)
				b.until("the search in the address", `location.search === '?q=karabo+kh' || location.search === '?q=karabo%20kh'`)
				if got := eval[string](b, `document.activeElement.id + ' ' + one('#q').value`); got != "q karabo kh" {
					t.Errorf("focus and letters are %q, want the box with all of them", got)
				}
				if after := eval[int](b, `history.length`); after != before {
					t.Errorf("typing made the history grow from %d to %d", before, after)
				}
			})
		})
	}
}

func TestEachLetterNarrowsTheHits(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.click("#q")
		for i, letter := range "karabo khu" {
			b.press(string(letter))
			b.until("an answer to what is typed so far",
				fmt.Sprintf(`text('#hits').length > 0 && hits.includes('Karabo Khumalo') >= (%d > 7)`, i))
		}
		b.until("one hit and its count", `hits.length === 1 && text('#hits .count') === '1 runner found'`)
		for range "karabo khu" {
			b.press(kb.Backspace)
		}
		b.until("no hits for an empty box", `one('#q').value === '' && hits.length === 0`)
	})
}

func TestSearchForgivesCaseAccentsOrderAndALetter(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		for _, words := range []string{"KHUMALO", "khumalo karabo", "Kárabo Khumaló", "karabo khumlo"} {
			b.do("clear the box", clearBox)
			b.press(words)
			b.until("Karabo Khumalo for "+words, `hits.includes('Karabo Khumalo')`)
			b.do("clear the box", clearBox)
			b.press("zzzz")
			b.until("nobody", `hits.length === 0 && text('#hits').includes('zzzz')`)
		}
	})
}

func TestWhatIsTypedIsTextAndNeverMarkup(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		for _, words := range []string{
			`<img src=x onerror=alert(1)>`, `"><script>alert(1)</script>`, `<b hx-get="/profile" hx-trigger="load">`,
			`{{7*7}}`, `%_('`,
		} {
			b.do("clear the box", clearBox)
			b.press(words)
			b.until("a kind answer with what was typed", fmt.Sprintf(`text('#hits').includes(%q)`, words))
			b.reload()
			b.until("the same on the whole page", fmt.Sprintf(`whole && text('#hits').includes(%q) && one('#q').value === %q`, words, words))
			if n := eval[int](b, `all('main img, main script, main b').length`); n != 0 {
				t.Errorf("%s made %d elements", words, n)
			}
		}
	})
}

func TestListenersHearHowManyWereFound(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.search("karabo kh")
		b.until("the count said aloud", `text('[role=status]') === '1 runner found'`)
		b.press("zz")
		b.until("that there is nobody said aloud", `one('[role=status]').textContent.includes('karabo khzz')`)
	})
}

func TestTheListOfRunnersCanBeLeafedThrough(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/runners")
		first := eval[string](b, `hits[0]`)
		b.click("a[rel=next]")
		b.until("the second page", fmt.Sprintf(`whole && hits.length > 0 && hits[0] !== %q`, first))
		b.click("a[rel=prev]")
		b.until("the first page", fmt.Sprintf(`whole && hits[0] === %q`, first))
		b.click(".hit")
		b.until("the runner's page", fmt.Sprintf(`whole && text('main h1') === %q`, first))
		requireContains(t, b.text("main"), "Results")
	})
}
