package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// addRunner adds a runner whom only this test knows.
func (b *tab) addRunner(name string) {
	b.t.Helper()
	b.visit("/admin/runners")
	b.click(".add summary")
	b.click("#new-name")
	b.press(name + kb.Enter)
	b.until("the new runner at the top", fmt.Sprintf(`whole && text('.record-name') === %q && text('#toast').startsWith('Added')`, name))
}

// R052: the form that was swapped in carries the token, and so does the next.
func TestARunnerIsEditedInTheRow(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		b := signedIn(t, s)
		b.addRunner("Rowan Edited")
		row := `all('.record').find(r => r.innerText.includes('Rowan'))`
		b.click(".record-actions a")
		b.until("the form with the focus on the name", `document.activeElement.name === 'name' && document.activeElement.value === 'Rowan Edited'`)
		b.press("x" + kb.Escape)
		b.until("the row as it was, with the focus", row+`.innerText.includes('Rowan Edited') && !one('.editing') && document.activeElement.matches('.record-actions a')`)
		b.press(kb.Enter)
		b.until("the form again", `document.activeElement.name === 'name'`)
		b.press(kb.End + "-Saved" + kb.Enter)
		b.until("the changed row and a toast", `!one('.editing') && text('.record-name') === 'Rowan Edited-Saved' && text('#toast').startsWith('Saved Rowan Edited-Saved')`)
		b.clickOn("Undo")
		b.until("the row as before", `whole && text('.record-name') === 'Rowan Edited' && text('#toast').startsWith('Undone')`)
		b.click(".record-actions a:nth-child(2)")
		b.until("the question, with what goes", `text('.editing').includes('Delete Rowan Edited, with no result')`)
		b.press(kb.Enter)
		b.until("no row, and a toast", `all('.record').every(r => !r.innerText.includes('Rowan')) && text('#toast').startsWith('Deleted Rowan Edited')`)
		b.clickOn("Undo")
		b.until("the row back", `whole && text('.record-name') === 'Rowan Edited' && text('#toast').startsWith('It is back')`)
	})
}

func TestTwoWhoEditOneRunnerSeeBothVersions(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		one, two := signedIn(t, s), signedIn(t, s)
		two.watch.expect("status of 409")
		one.addRunner("Twofold Conflict")
		two.visit("/admin/runners?q=twofold")
		for _, b := range []*tab{one, two} {
			b.click(".record-actions a")
			b.until("the form", `document.activeElement.name === 'name'`)
		}
		one.press(kb.End + " One" + kb.Enter)
		one.until("saved", `!one('.editing') && text('.record-name') === 'Twofold Conflict One'`)
		two.press(kb.End + " Two" + kb.Enter)
		two.until("both versions", `text('.editing table').includes('Twofold Conflict One') && text('.editing table').includes('Twofold Conflict Two')`)
		two.clickOn("Save mine all the same")
		two.until("saved", `!one('.editing') && text('.record-name') === 'Twofold Conflict Two'`)
	})
}

func TestResultsAreEnteredByKeysAlone(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		b := signedIn(t, s)
		b.visit("/admin/races")
		b.click(".add summary")
		b.click("#race-name")
		b.press("Keyboard Half")
		b.do("set the date", chromedp.SetValue(chromedp.CSS("#race-held"), "2026-10-04"))
		b.click("#race-length")
		b.press("21.1" + kb.Enter)
		b.until("the race, with the focus on the runner", `whole && text('main h1') === 'Keyboard Half' && document.activeElement.id === 'new-runner'`)
		for i, entry := range []struct{ name, time, row string }{
			{"bandile nk", "14233", "Bandile Nkosi"},
			{"lethabo ndl", "1:39:20", "Lethabo Ndlovu"},
			{"Keyboard Newcomer", "2h01", "Keyboard Newcomer"},
		} {
			b.press(entry.name)
			b.until("who it is", fmt.Sprintf(`one('.who input:checked') && text('.who').includes(%q)`, entry.row))
			b.press(kb.Tab + entry.time + kb.Enter)
			b.until("the result on top, and an empty form", fmt.Sprintf(
				`all('#results .record').length === %d && text('#results .record-name') === %q && document.activeElement.id === 'new-runner' && document.activeElement.value === ''`, i+1, entry.row))
		}
		b.press("karabo khumalo")
		b.until("who it is", `one('.who input:checked') && text('.who').includes('Karabo Khumalo')`)
		b.watch.expect("status of 422")
		b.press(kb.Tab + "0:21:00" + kb.Enter)
		b.until("a doubt", `text('#enter').includes('faster than the world record')`)
		if got := eval[string](b, `one('#new-runner').value + ' ' + one('#new-time').value`); got != "karabo khumalo 0:21:00" {
			t.Errorf("what was typed became %q", got)
		}
		b.visit("/predict")
		b.search("keyboard newc")
		b.until("the new runner, with one race", `hits[0] === 'Keyboard Newcomer' && text('.hit-details').includes('1 race')`)
	})
}

func TestWithoutJavaScriptTheRecordsAreKept(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		b := signedIn(t, s)
		b.addRunner("Plain Pages")
		b.noScript()
		b.visit("/admin/runners?q=plain+pages")
		b.clickOn("Edit")
		b.until("a page with the form", `whole && text('main h1') === 'Plain Pages' && !!one('.record-form')`)
		b.click(".record-form [name=name]")
		b.press(kb.End + " Two")
		b.clickOn("Save")
		b.until("the list with the changed row", `whole && text('.record-name') === 'Plain Pages Two' && text('#toast').startsWith('Saved')`)
		b.clickOn("Undo")
		b.until("the row as before", `whole && text('.record-name') === 'Plain Pages'`)
	})
}
