package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/page"
)

func TestALateAnswerNeverReplacesANewerOne(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		g, through := gateTo(t, s)
		b := open(t, through)
		b.visit("/predict")
		early := g.hold("q=band")
		b.search("band")
		g.wait("the question for band", early.arrived)
		b.do("clear the box", clearBox)
		b.press("karabo kh")
		b.until("the hits of the later question", `hits[0] === 'Karabo Khumalo'`)
		address := b.path()
		close(early.release)
		g.wait("the answer to band", early.gone)
		b.settle()
		if got := eval[[]string](b, `hits`); len(got) == 0 || got[0] != "Karabo Khumalo" {
			t.Errorf("the hits became %q, want those of what stands in the box", got)
		}
		if got := b.path(); got != address {
			t.Errorf("the address became %s, want %s", got, address)
		}
	})
}

// What stands below the hits makes room with the first letter, not when an
// answer comes late and nobody expects it any more.
func TestALateAnswerMovesNothing(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		g, through := gateTo(t, s)
		b := open(t, through)
		b.size(360, 740)
		b.visit("/")
		late := g.hold("q=kar")
		b.search("kar")
		g.wait("the question", late.arrived)
		where := `all('.steps li').map(step => step.getBoundingClientRect()).filter(box => box.top < innerHeight).length`
		if got := eval[int](b, where); got != 0 {
			t.Errorf("%d steps of the first page stand where the hits will, want none", got)
		}
		eval[bool](b, `(window.shifted = 0, new PerformanceObserver(list => {
			for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
		}).observe({type: 'layout-shift'}), window.started = performance.now(), true)`)
		b.until("more than the half second in which a key counts as the cause", `performance.now() > window.started + 600`)
		close(late.release)
		b.until("the hits", `hits.length > 1`)
		b.settle()
		if got := eval[float64](b, `window.shifted`); got > 0.005 {
			t.Errorf("the page shifted by %.3f, want nothing", got)
		}
	})
}

func TestALatePanelNeverReplacesANewerOne(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		g, through := gateTo(t, s)
		b := open(t, through)
		b.visit("/predict")
		b.search("ndlovu")
		b.until("several hits", `hits.length > 1 && hits[0] !== hits[1]`)
		names := eval[[]string](b, `hits.slice(0, 2)`)
		early := g.hold(eval[string](b, `'runner=' + new URL(all('.hit')[0].href).searchParams.get('runner')`))
		b.clickOn(names[0])
		g.wait("the first choice", early.arrived)
		b.until("a sign that it is on its way", `one('#prediction').matches('.htmx-request') && getComputedStyle(one('#prediction .empty')).color === 'rgba(0, 0, 0, 0)'`)
		b.clickOn(names[1])
		b.until("the panel of the second choice", fmt.Sprintf(`panel.endsWith(%q) && !one('#prediction').matches('.htmx-request')`, names[1]))
		address := b.path()
		close(early.release)
		g.wait("the answer to the first choice", early.gone)
		b.settle()
		if got := b.text("#prediction h2"); got != "Prediction results for "+names[1] {
			t.Errorf("the panel became %q, want the one chosen last, %s", got, names[1])
		}
		if got := b.path(); got != address {
			t.Errorf("the address became %s, want %s", got, address)
		}
	})
}

func TestWhatIsTypedBeforeTheScriptsComeIsFound(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		g, through := gateTo(t, s)
		b := open(t, through)
		late := g.hold("/htmx-")
		call(b, page.Navigate, page.NavigateParams{URL: through.url + "/predict"})
		g.wait("the question for the script", late.arrived)
		b.until("the box", `one('#q') !== null`)
		eval[bool](b, `(one('#q').focus(), true)`)
		b.press("karabo kh")
		close(late.release)
		b.until("the hits", `hits[0] === 'Karabo Khumalo'`)
	})
}

// settle asks the server something and waits two pictures long: what came
// before has been dealt with then.
func (b *tab) settle() {
	b.t.Helper()
	b.until("an answer and two frames", `(window.settled ??= (fetch('/healthz').then(() =>
		requestAnimationFrame(() => requestAnimationFrame(() => window.settled = true))), 'not yet')) === true`)
	eval[bool](b, `delete window.settled`)
}

func TestALostConnectionIsToldAndMended(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		g, through := gateTo(t, s)
		b := open(t, through)
		b.watch.expect("ERR_CONNECTION")
		b.watch.expect("ERR_EMPTY_RESPONSE")
		b.watch.expect("Failed to fetch")
		b.visit("/predict")
		b.search("kara")
		b.until("hits", `hits.length > 0 && !visible('#lost')`)
		g.cut()
		b.press("bo")
		b.until("that the connection is lost", `visible('#lost') && text('#lost').includes('No connection')`)
		if got := eval[string](b, `one('#q').value`); got != "karabo" {
			t.Errorf("the box holds %q, want every letter", got)
		}
		g.open()
		b.press(" kh")
		b.until("the hits, and no more complaint", `hits[0] === 'Karabo Khumalo' && !visible('#lost')`)
	})
}

func TestAChoiceOverALostConnectionCanBeMadeAgain(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		g, through := gateTo(t, s)
		b := open(t, through)
		b.watch.expect("ERR_CONNECTION")
		b.watch.expect("ERR_EMPTY_RESPONSE")
		b.watch.expect("Failed to fetch")
		b.visit("/predict?q=karabo+kh")
		g.cut()
		b.click(".hit")
		b.until("that the connection is lost", `visible('#lost')`)
		g.open()
		b.click(".hit")
		b.until("the panel, and no more complaint", `panel.includes('Karabo Khumalo') && !visible('#lost')`)
	})
}
