package e2e

import (
	"fmt"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/chromedp/kb"
)

// addRace adds a race that only this test knows, and leads to it.
func (b *tab) addRace(name, held, length string) {
	b.t.Helper()
	b.visit("/admin/races")
	b.click(".add summary")
	b.click("#race-name")
	b.press(name)
	eval[bool](b, fmt.Sprintf(`(one('#race-held').value = %q, true)`, held))
	b.click("#race-length")
	b.press(length + kb.Enter)
	b.until("the race", fmt.Sprintf(`whole && text('main h1') === %q && location.pathname.startsWith('/admin/races/')`, name))
}

// stopwatch counts what a person does, and how long the site lets them wait.
type stopwatch struct {
	b           *tab
	steps, keys int
	waited      time.Duration
}

// step presses keys and waits for what they lead to.
func (w *stopwatch) step(keys, what, expression string) {
	w.b.t.Helper()
	w.steps++
	w.keys += utf8.RuneCountInString(keys)
	w.b.press(keys)
	begun := time.Now()
	w.b.until(what, expression)
	w.waited += time.Since(begun)
}

// tabTo counts the presses of Tab.
func (w *stopwatch) tabTo(what, expression string) {
	w.b.t.Helper()
	for range 120 {
		if eval[bool](w.b, fmt.Sprintf(`(element => %s)(document.activeElement)`, expression)) {
			return
		}
		w.keys++
		w.b.press(kb.Tab)
	}
	w.b.t.Fatalf("Tab does not lead to %s\n%s", what, w.b.describe())
}

// From the sign-in to the first saved result, by keys alone: as somebody goes
// who has never been here, by what the pages say.
func TestANewcomerSavesAResultByKeysAlone(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/login")
		signingIn.Lock()
		defer signingIn.Unlock()
		w := &stopwatch{b: b}
		w.tabTo("the address", `element.id === 'email'`)
		eval[bool](b, `(one('#email').select(), true)`)
		w.step(s.email+kb.Tab+s.password+kb.Enter, "the welcome", `whole && text('main h1').startsWith('Welcome')`)
		w.tabTo("the races and results", `element.matches('main a[href="/admin/races"]')`)
		w.step(kb.Enter, "the races", `whole && text('main h1') === 'Keep races'`)
		w.tabTo("to add one", `element.matches('.add summary')`)
		w.step(kb.Enter, "the form", `visible('#race-name')`)
		w.tabTo("the name", `element.id === 'race-name'`)
		b.press("Newcomer 10" + kb.Tab)
		w.keys += len("Newcomer 10") + 1 + len("2026-10-11")
		eval[bool](b, `(one('#race-held').value = '2026-10-11', true)`) // how a date is typed is the browser's affair
		w.tabTo("the distance", `element.id === 'race-length'`)
		w.step("10"+kb.Enter, "the race, ready for a runner", `whole && text('main h1') === 'Newcomer 10' && document.activeElement.id === 'new-runner'`)
		w.step("bandile nk", "who it is", `one('.who input:checked') && text('.who').includes('Bandile Nkosi')`)
		w.step(kb.Tab+"43:10"+kb.Enter, "the result", `text('#results .record-name') === 'Bandile Nkosi' && text('#toast').startsWith('Saved')`)
		t.Logf("%d steps, %d keys, of which the site took %.2f s (a script pressed the keys)", w.steps, w.keys, w.waited.Seconds())

		w.tabTo("the runners", `element.matches('.keep-nav a[href="/admin/runners"]')`)
		w.step(kb.Enter, "the runners", `whole && text('main h1') === 'Keep runners'`)
		w.tabTo("the search", `element.id === 'filter-q'`)
		w.step("bandile nk", "the runner", `location.search.includes('bandile+nk') && text('.record-name') === 'Bandile Nkosi'`)
		w.tabTo("to edit", `element.matches('.record-actions a')`)
		w.step(kb.Enter, "the form in the row", `document.activeElement.name === 'name'`)
		w.step(kb.Enter, "saved", `!one('.editing') && text('#toast').startsWith('Saved Bandile Nkosi')`)
	})
}

func TestARaceIsEditedInTheRowByTwo(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		one, two := signedIn(t, s), signedIn(t, s)
		two.watch.expect("status of 409")
		one.addRace("Twosome Ten", "2026-10-11", "10")
		for _, b := range []*tab{one, two} {
			b.visit("/admin/races?q=twosome")
			b.click(".record-actions a")
			b.until("the form", `document.activeElement.name === 'name'`)
		}
		one.press("x" + kb.Escape)
		one.until("the row as it was", `!one('.editing') && text('.record-name') === 'Twosome Ten' && document.activeElement.matches('.record-actions a')`)
		one.press(kb.Enter)
		one.until("the form again", `document.activeElement.name === 'name'`)
		one.press(kb.End + " One" + kb.Enter)
		one.until("saved", `!one('.editing') && text('.record-name') === 'Twosome Ten One' && text('#toast').startsWith('Saved')`)
		two.press(kb.End + " Two" + kb.Enter)
		two.until("both versions", `text('.editing table').includes('Twosome Ten One') && text('.editing table').includes('Twosome Ten Two')`)
		two.clickOn("Keep theirs")
		two.until("theirs", `!one('.editing') && text('.record-name') === 'Twosome Ten One'`)
		one.clickOn("Undo")
		one.until("the race as before", `whole && text('.record-name') === 'Twosome Ten' && text('#toast').startsWith('Undone')`)
		one.clickOn("Delete")
		one.until("the question", `text('.editing').includes('with no result')`)
		one.press(kb.Enter)
		one.until("no row", `all('.record').length === 0 || all('.record').every(r => !r.innerText.includes('Twosome'))`)
		one.clickOn("Undo")
		one.until("the race back", `whole && text('main h1') === 'Twosome Ten'`)
	})
}

func TestTwoSpellingsAreMergedAndUnmerged(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		b := signedIn(t, s)
		b.addRunner("Merge Onceler")
		b.addRunner("Merge Oncelar")
		b.visit("/admin/runners?q=merge+once")
		eval[bool](b, `(all('.tick input').forEach(tick => tick.checked = true), one('#bulk-action').value = 'merge', true)`)
		b.clickOn("Do it")
		b.until("both side by side", `whole && text('main').includes('Merge Onceler') && text('main').includes('Merge Oncelar')`)
		b.clickOn("They are one")
		b.until("one", `whole && all('.record-name').length === 1 && text('.hit-also').includes('Merge Once')`)
		b.clickOn("Undo")
		b.until("two again", `whole && text('#toast').startsWith('It is back')`)
		b.visit("/admin/runners?q=merge+once")
		b.until("both", `whole && all('.record-name').length === 2`)
	})
}

func TestWithoutJavaScriptManyResultsAreChangedAndARunnerIsSplit(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		b := signedIn(t, s)
		b.addRace("Plain Ten", "2026-10-11", "10")
		b.press("Plain Splitter")
		b.until("a new runner", `one('.who input:checked') && text('.who').includes('a new runner')`)
		b.press(kb.Tab + "45:00" + kb.Enter)
		b.until("saved", `text('#results .record-name') === 'Plain Splitter'`)
		b.noScript()
		b.visit("/admin/results")
		b.click("#filter-q")
		b.press("plain splitter" + kb.Enter)
		b.until("the result", `whole && location.search.includes('q=plain') && all('.record-name').length === 1`)
		b.click(".tick input")
		b.click("#bulk-club")
		b.press("Harmony")
		b.clickOn("Do it")
		b.until("the club", `whole && text('.record').includes('Harmony') && text('#toast').startsWith('Done')`)
		b.clickOn("Undo")
		b.until("no club", `whole && !text('.record').includes('Harmony') && text('#toast').startsWith('Undone')`)
		b.click(".tick input")
		b.click("#bulk-club")
		b.press("Harmony")
		other := signedIn(t, s)
		other.visit("/admin/results?q=plain+splitter")
		other.click(".tick input")
		other.click("#bulk-club")
		other.press("Nedbank")
		other.clickOn("Do it")
		other.until("the other's club", `whole && text('.record').includes('Nedbank')`)
		b.watch.expect("status of 409")
		b.clickOn("Do it")
		b.until("what the other did", `whole && text('main').includes('Nothing was done yet') && text('.record').includes('Nedbank')`)
		b.click(".tick input")
		b.clickOn("Do it")
		b.until("the club all the same", `whole && text('.record').includes('Harmony') && !text('.record').includes('Nedbank')`)
		b.visit("/admin/runners?q=plain+splitter")
		b.clickOn("History")
		b.until("the record", `whole && text('main h1') === 'Plain Splitter'`)
		b.watch.expect("status of 422")
		b.click("#split .tick input")
		b.click("#split summary")
		b.click("#split-runner")
		b.press("Plain Other")
		b.clickOn("Give them away")
		b.until("it is given", `whole && text('#toast').startsWith('Given away') && all('#split .record').length === 0`)
		b.clickOn("Undo")
		b.until("it is back", `whole && all('#split .record').length === 1`)
	})
}
